import { isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import type { WorkspaceLife } from '../../src/workspaces/life.ts';
import type { WorkspaceClients } from './clients.ts';
import { platformCode } from './errors.ts';
import type { SlackReach } from './reach.ts';

/** Slack's answers where an installation is over: https://docs.slack.dev/reference/methods/auth.test#errors */
const overCodes = ['account_inactive', 'token_revoked', 'invalid_auth', 'team_access_not_granted'];
const isOverCode = (cause: unknown) => overCodes.includes(platformCode(cause) ?? '');

export type EndingDependencies = {
  readonly reach: Pick<SlackReach, 'clientsOf' | 'forget'>;
  readonly life: Pick<WorkspaceLife, 'end' | 'revive' | 'hasEnded'>;
  /** Whether a refusal of this process's token says something of the workspace: a worker may have been given an old one. */
  readonly judges: boolean;
  readonly logger: Logger;
};

/** Whether workspaces are still there, as far as Slack tells. */
export type Endings = {
  /** After a call that failed: whether the workspace is over. One odd answer ends nothing, so Slack is asked once more. */
  isOver(workspaceId: string, cause: unknown): Promise<boolean>;
  /** Asks Slack: ends a workspace that is over, an organisation with its last workspace, and lets one go on that is there. */
  look(workspaceId: string): Promise<void>;
  /** Whether Slack takes the token; false where it does not answer. */
  isThere(workspaceId: string): Promise<boolean>;
  /** Whether there is no installation, or Slack refuses its token; false where it does not answer. */
  isGone(workspaceId: string): Promise<boolean>;
};

type State = 'there' | 'over' | 'without-teams' | 'unknown';

async function stateOf({ usual }: WorkspaceClients): Promise<State> {
  try {
    await usual.auth.test();
    return 'there';
  } catch (cause) {
    return isOverCode(cause) ? 'over' : 'unknown';
  }
}

/** What the ids of organisations begin with: https://docs.slack.dev/enterprise/developing-for-enterprise-orgs */
const isOrganisation = (workspaceId: string) => workspaceId.startsWith('slack:E');

/** Whether any workspace of an organisation has the app: its token is taken without one too. */
async function teamsState({ usual }: WorkspaceClients): Promise<State> {
  try {
    const { teams } = await usual.auth.teams.list({ limit: 1 });
    return teams?.length === 0 ? 'without-teams' : 'there';
  } catch (cause) {
    // Where Slack does not tell, the token counts.
    return platformCode(cause) ? 'there' : 'unknown';
  }
}

/** Creates what finds out whether workspaces are over. */
export function createEndings({ reach, life, judges, logger }: EndingDependencies): Endings {
  /** What speaks there now: a token that is remembered may be that of an installation before this one. */
  async function speaking(workspaceId: string): Promise<WorkspaceClients> {
    reach.forget(workspaceId);
    return reach.clientsOf(workspaceId);
  }

  async function lookedAt(workspaceId: string): Promise<State> {
    const clients = await speaking(workspaceId);
    const state = await stateOf(clients);
    return state === 'there' && isOrganisation(workspaceId) ? teamsState(clients) : state;
  }

  /** Does what follows from how a workspace is; resolves to whether it is over. */
  async function settle(workspaceId: string, state: State): Promise<boolean> {
    if (state === 'unknown') return false;
    if (state === 'there') {
      if (await life.hasEnded(workspaceId)) await life.revive(workspaceId);
      return false;
    }
    await life.end(workspaceId, state === 'over' ? 'refused' : 'access-revoked');
    return true;
  }

  return {
    async isOver(workspaceId, cause) {
      if (!isOverCode(cause)) return false;
      if (!judges) return life.hasEnded(workspaceId);
      const isOver = await settle(workspaceId, await lookedAt(workspaceId));
      if (!isOver)
        logger.warn({ err: cause, workspaceId }, 'Slack refused a call, and takes the token all the same');
      return isOver;
    },
    async look(workspaceId) {
      await settle(workspaceId, await lookedAt(workspaceId));
    },
    isThere: async (workspaceId) => (await stateOf(await speaking(workspaceId))) === 'there',
    async isGone(workspaceId) {
      try {
        return (await stateOf(await speaking(workspaceId))) === 'over';
      } catch (error) {
        if (isAppError(error, 'workspaces.ended')) return true;
        throw error;
      }
    },
  };
}
