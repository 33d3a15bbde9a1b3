import type { Authorize } from '@slack/bolt';
import { AppError } from '../../src/errors.ts';
import type { WorkspaceClients } from './clients.ts';
import { slackError } from './errors.ts';
import type { SlackReach } from './reach.ts';
import { workspaceOf } from './workspace.ts';

// The simplest way: one workspace, whose token stands in a setting.

/** Who the bot is in Slack. */
export type SlackInstallation = {
  readonly teamId?: string | undefined;
  readonly enterpriseId?: string | undefined;
  /** Installed for a whole organisation. */
  readonly isOrganisation: boolean;
  readonly botId?: string | undefined;
  readonly botUserId?: string | undefined;
};

/** Asks Slack once whose the token is, since Bolt would otherwise ask before every request. */
export async function signInToSlack({
  usual,
  grants,
}: Pick<WorkspaceClients, 'usual' | 'grants'>): Promise<SlackInstallation> {
  try {
    const answer = await usual.auth.test();
    grants.learn(answer.response_metadata?.scopes);
    const { team_id: teamId, enterprise_id: enterpriseId, bot_id: botId, user_id: botUserId } = answer;
    return { teamId, enterpriseId, isOrganisation: answer.is_enterprise_install === true, botId, botUserId };
  } catch (cause) {
    throw slackError(cause, 'sign in to Slack with SLACK_BOT_TOKEN');
  }
}

/** Lets in what comes from the workspace of the token. */
function authorizeOne(installed: SlackInstallation): Authorize<boolean> {
  return async ({ teamId, enterpriseId, isEnterpriseInstall }) => {
    // One that names no organisation is of none, also where the installation is of none either.
    const isOfOrganisation = enterpriseId !== undefined && enterpriseId === installed.enterpriseId;
    const isOurs = isEnterpriseInstall ? isOfOrganisation : teamId === installed.teamId;
    if (!isOurs && !(installed.isOrganisation && isOfOrganisation)) {
      throw new AppError('A request came from a workspace that the bot token is not for', {
        code: 'slack.unknown-workspace',
      });
    }
    const { botId, botUserId } = installed;
    // No token: Bolt would keep a client for each that it sees, and what answers has clients of its own.
    return { ...(botId && { botId }), ...(botUserId && { botUserId }) };
  };
}

/** The one workspace of a token, once it is known which. */
export function oneWorkspace(clients: WorkspaceClients, installed: SlackInstallation): SlackReach {
  const own = workspaceOf(installed);
  return {
    clientsOf: async () => clients,
    authorize: authorizeOne(installed),
    // When that was is not known; whoever set the token installed it before.
    installedSince: async (workspaceId) => (workspaceId === own ? new Date(0) : undefined),
    forget: () => undefined,
    async *workspaces() {
      yield own;
    },
  };
}
