import type { View } from '../../simulations/slack/person.ts';
import { readMessage } from '../../simulations/slack/person.ts';
import { until } from '../../simulations/until.ts';
import type { TestBot } from './bot.ts';

type Json = Record<string, unknown>;

/** What Slack shows in place of a form that was sent. */
function shownInstead(answer: { body: Json }): View {
  if (answer.body.response_action !== 'update')
    throw new Error(`Not updated: ${JSON.stringify(answer.body)}`);
  return answer.body.view as View;
}

/** The address of the page that a modal or a card leads to. */
export function linkIn(shown: unknown): string {
  const [link] = /http:\/\/127\.0\.0\.1:\d+\/secret\/[\w-]+/.exec(JSON.stringify(shown)) ?? [];
  if (!link) throw new Error(`No link in ${JSON.stringify(shown)}`);
  return link;
}

/** The code in a text that one person reads. */
export function codeIn(text: string): string {
  const [, code] = /secret is entered: ([A-Z0-9]{4}-[A-Z0-9]{4})/.exec(text) ?? [];
  if (!code) throw new Error(`No code in ${text}`);
  return code;
}

/** The codes that the bot has sent to a person of the local Slack, the newest last. */
export async function codesOf({ workspace }: TestBot, userId: string): Promise<string[]> {
  const { channel } = await workspace.callAs('bot', 'conversations.open', { users: userId });
  const posts = await workspace.roots((channel as { id: string }).id);
  return posts
    .map((post) => readMessage(post))
    .flatMap((text) => (text.includes('Your code') ? [codeIn(text)] : []));
}

/** Asks for the page in a form, and gives its address and code. */
export async function askForPage(bot: TestBot, view: View, values: Json) {
  const before = (await codesOf(bot, bot.person.userId)).length;
  const answer = await bot.person.submit(view, values);
  const shown = shownInstead(answer);
  const codes = await until('a code', async () => {
    const all = await codesOf(bot, bot.person.userId);
    return all.length > before && all;
  });
  return { shown, link: linkIn(shown), code: codes.at(-1) ?? '' };
}

/** A browser without a window and without scripts: it keeps cookies, follows nothing by itself, and sends forms. */
export function createPlainBrowser() {
  const cookies = new Map<string, string>();

  async function ask(address: string, body?: URLSearchParams, headers: Record<string, string> = {}) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, {
      method: body ? 'POST' : 'GET',
      headers: { ...(cookie && { cookie }), ...headers },
      redirect: 'manual',
      ...(body && { body }),
    });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** What a page sends along unseen. */
  const hiddenIn = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    );

  /** The boxes that are ticked when a page is shown. */
  const checkedIn = (text: string) =>
    Object.fromEntries(
      [...text.matchAll(/<input type="checkbox" name="([\w.]+)" value="([^"]*)" checked/g)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    );

  async function giveCode(link: string, code: string, page?: string) {
    const text = page ?? (await ask(link)).text;
    return ask(`${link}/code`, new URLSearchParams({ ...hiddenIn(text), code }));
  }

  return {
    cookies,
    ask,
    hiddenIn,
    giveCode,
    /** Opens a page with its code and shows the form. */
    async open(link: string, code: string) {
      const claimed = await giveCode(link, code);
      if (claimed.status !== 303) throw new Error(`The code got ${claimed.status}`);
      return ask(link);
    },
    /** Sends the form of a page, and goes where that leads. */
    async send(link: string, page: string, values: Record<string, string>) {
      const filled = { ...hiddenIn(page), ...checkedIn(page), step: 'send', ...values };
      const answer = await ask(link, new URLSearchParams(filled));
      const to = answer.headers.get('location');
      return to ? ask(new URL(to, link).href) : answer;
    },
  };
}
