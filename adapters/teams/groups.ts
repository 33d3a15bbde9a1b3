import type { Client } from '@microsoft/teams.api';
import type { Groups } from '../../src/chat/delivery/chat-adapter.ts';
import { late, within } from '../../src/deadline.ts';
import { AppError } from '../../src/errors.ts';
import type { Conversations } from './conversations.ts';
import { isAbsent } from './errors.ts';

/** Milliseconds that it is remembered whether somebody is a member, and that a look-up may take: whoever clicked waits. */
const rememberedMs = 300_000;
const patienceMs = 2_000;
const mostRemembered = 5_000;

export type TeamsGroupsDependencies = {
  readonly conversations: Pick<Conversations, 'find'>;
  readonly clientFor: (serviceUrl: string) => Promise<Client>;
};

/** The members of conversations, which a bot reads without Graph: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context */
export function createTeamsGroups({ conversations, clientFor }: TeamsGroupsDependencies): Groups {
  const known = new Map<string, { readonly until: number; readonly isMember: boolean }>();

  async function look(workspaceId: string, conversationId: string, userId: string): Promise<boolean> {
    const reference = await conversations.find(workspaceId, conversationId);
    // The app was removed from there, so nobody can be asked who is in it.
    if (!reference) throw new AppError('The bot is not in that conversation', { code: 'chat.unavailable' });
    const client = await clientFor(reference.serviceUrl);
    try {
      const member = await client.conversations.members(conversationId).getById(userId);
      return Boolean(member.id);
    } catch (error) {
      if (isAbsent(error)) return false;
      throw error;
    }
  }

  return {
    kind: 'members',
    async isMember(workspaceId, { id }, userId) {
      const key = `${workspaceId} ${id} ${userId}`;
      const remembered = known.get(key);
      if (remembered && remembered.until > Date.now()) return remembered.isMember;
      const isMember = await within(patienceMs, look(workspaceId, id, userId));
      if (isMember === late)
        throw new AppError('Teams did not tell members in time', { code: 'chat.unavailable' });
      if (known.size >= mostRemembered) known.clear();
      known.set(key, { until: Date.now() + rememberedMs, isMember });
      return isMember;
    },
    // Those of several people begin with 19: https://learn.microsoft.com/microsoftteams/platform/resources/bot-v3/bots-context
    isShared: (conversationId) => conversationId.startsWith('19:'),
  };
}
