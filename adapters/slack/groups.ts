import type { App } from '@slack/bolt';
import type { Groups } from '../../src/chat/delivery/chat-adapter.ts';
import { late, within } from '../../src/deadline.ts';
import { AppError } from '../../src/errors.ts';
import type { ClientsOf } from './clients.ts';
import { platformCode, slackError } from './errors.ts';
import { workspaceOfEvent } from './workspace.ts';

/** What user groups take: https://docs.slack.dev/reference/scopes/usergroups.read */
export const groupsScope = 'usergroups:read';
/** What Slack tells of them with that scope. */
export const groupEvents = ['subteam_members_changed', 'subteam_updated'] as const;

/** Milliseconds that members are remembered, and that a look-up may take: whoever clicked waits. */
const rememberedMs = 300_000;
const patienceMs = 1_500;
const mostRemembered = 1_000;

const lacksScope =
  'The app may not read user groups. Add the optional scope usergroups:read, and install it again.';

export type SlackGroups = Groups & {
  /** Looks the members of a group up anew when they are asked for next. */
  forget(workspaceId: string, groupId: string): void;
};

/** User groups of Slack and their members: https://docs.slack.dev/reference/methods/usergroups.users.list */
export function createSlackGroups(clientsOf: ClientsOf): SlackGroups {
  const known = new Map<string, { readonly until: number; readonly members: Promise<ReadonlySet<string>> }>();
  const keyOf = (workspaceId: string, groupId: string) => `${workspaceId} ${groupId}`;

  /** Asks Slack, within the time that somebody waits. */
  async function ask<Answer>(
    workspaceId: string,
    work: (clients: Awaited<ReturnType<ClientsOf>>) => Promise<Answer>,
  ) {
    const clients = await clientsOf(workspaceId);
    const refused = () =>
      new AppError('Slack does not tell user groups', { code: 'chat.unavailable', hint: lacksScope });
    if (!clients.grants.has(groupsScope)) throw refused();
    const answer = await within(patienceMs, work(clients)).catch((cause: unknown) => {
      if (platformCode(cause) !== 'missing_scope') throw slackError(cause, 'look user groups up');
      clients.grants.lacks(groupsScope);
      throw refused();
    });
    if (answer !== late) return answer;
    throw new AppError('Slack did not tell user groups in time', { code: 'chat.unavailable' });
  }

  const membersOf = async (workspaceId: string, groupId: string): Promise<ReadonlySet<string>> => {
    const { users } = await ask(workspaceId, ({ urgent }) =>
      urgent.usergroups.users.list({ usergroup: groupId }),
    );
    return new Set(users);
  };

  return {
    kind: 'group',
    async isMember(workspaceId, { id }, userId) {
      const key = keyOf(workspaceId, id);
      const remembered = known.get(key);
      if (remembered && remembered.until > Date.now()) return (await remembered.members).has(userId);
      if (known.size >= mostRemembered) known.clear();
      const members = membersOf(workspaceId, id);
      known.set(key, { until: Date.now() + rememberedMs, members });
      try {
        return (await members).has(userId);
      } catch (error) {
        known.delete(key);
        throw error;
      }
    },
    async list(workspaceId) {
      const { usergroups = [] } = await ask(workspaceId, ({ urgent }) => urgent.usergroups.list({}));
      return usergroups.flatMap(({ id, name, handle }) => (id ? [{ id, name: name || handle || id }] : []));
    },
    // Direct messages have ids that begin with D: https://docs.slack.dev/reference/objects/conversation-object
    isShared: (conversationId) => !conversationId.startsWith('D'),
    forget: (workspaceId, groupId) => void known.delete(keyOf(workspaceId, groupId)),
  };
}

/** Forgets who is in a group when Slack tells that it has changed. */
export function registerGroups(app: App, groups: Pick<SlackGroups, 'forget'>): void {
  app.event('subteam_members_changed', async ({ event, body }) =>
    groups.forget(workspaceOfEvent(body), event.subteam_id),
  );
  app.event('subteam_updated', async ({ event, body }) =>
    groups.forget(workspaceOfEvent(body), event.subteam.id),
  );
}
