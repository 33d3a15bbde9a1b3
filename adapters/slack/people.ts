import type { WebClient } from '@slack/web-api';
import { late, within } from '../../src/deadline.ts';

/** What Slack tells of a person. */
export type Person = { readonly name: string; readonly timeZone: string | undefined };

/** Looks people up, each once in a while. */
export type People = {
  /** Undefined where Slack does not tell, or not in time: an older installation lacks the scope for it. */
  find(userId: string): Promise<Person | undefined>;
};

/** Milliseconds that a look-up is remembered, and that it may take: a form has three seconds to open. */
const rememberedMs = 3_600_000;
const patienceMs = 700;
const mostRemembered = 5_000;

/** Looks people up in Slack: https://docs.slack.dev/reference/methods/users.info */
export function createPeople(client: WebClient): People {
  const known = new Map<string, { readonly until: number; readonly person: Promise<Person | undefined> }>();

  async function ask(user: string): Promise<Person | undefined> {
    try {
      const { user: found } = await client.users.info({ user });
      const name = found?.profile?.display_name || found?.real_name || found?.name;
      return name ? { name, timeZone: found?.tz } : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    async find(userId) {
      const remembered = known.get(userId);
      const person = remembered && remembered.until > Date.now() ? remembered.person : ask(userId);
      if (person !== remembered?.person) {
        if (known.size >= mostRemembered) known.clear();
        known.set(userId, { until: Date.now() + rememberedMs, person });
      }
      const found = await within(patienceMs, person);
      return found === late ? undefined : found;
    },
  };
}
