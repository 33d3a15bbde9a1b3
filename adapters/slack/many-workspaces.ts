import type { Authorize } from '@slack/bolt';
import type { OauthV2AccessResponse } from '@slack/web-api';
import { AppError, isAppError } from '../../src/errors.ts';
import type { InstallationStore } from '../../src/workspaces/installations.ts';
import {
  type ClientsOf,
  clientsWith,
  createSlackClient,
  type SlackAccess,
  type WorkspaceClients,
} from './clients.ts';
import type { SlackReach } from './reach.ts';
import type { SlackTokens } from './tokens.ts';
import { workspaceOf } from './workspace.ts';

// Any number of workspaces and organisations, each with the token that it gave when the app was installed there.

/** Workspaces whose clients are kept. */
const mostKept = 1_000;

/** Finds what speaks in a workspace by its own token. */
function clientsOfInstalled(tokens: Pick<SlackTokens, 'of'>, access: SlackAccess): ClientsOf {
  const kept = new Map<string, WorkspaceClients>();
  return async (workspaceId) => {
    const { token, scopes } = await tokens.of(workspaceId);
    const known = kept.get(workspaceId);
    if (known?.botToken === token) return known;
    if (kept.size >= mostKept) kept.clear();
    const clients = clientsWith(token, { ...access, scopes });
    kept.set(workspaceId, clients);
    return clients;
  };
}

/** Lets in what comes from where the app is installed. */
function authorizeInstalled(tokens: Pick<SlackTokens, 'installation'>): Authorize<boolean> {
  return async ({ teamId, enterpriseId, isEnterpriseInstall }) => {
    const workspaceId = workspaceOf({ teamId, enterpriseId, isOrganisation: isEnterpriseInstall });
    try {
      const { botId, botUserId } = await tokens.installation(workspaceId);
      // No token: Bolt would keep a client for each that it sees, and what answers has clients of its own.
      return { ...(botId && { botId }), ...(botUserId && { botUserId }) };
    } catch (cause) {
      if (!isAppError(cause, 'workspaces.ended')) throw cause;
      throw new AppError('A request came from a workspace that the app is not installed in', {
        code: 'slack.unknown-workspace',
        cause,
      });
    }
  };
}

/** The app as Slack knows it. */
export type SlackClient = { readonly clientId: string; readonly clientSecret: string };

/** Asks Slack for a new token, once: https://docs.slack.dev/reference/methods/oauth.v2.access */
export function createRefresh({ clientId, clientSecret }: SlackClient, access: SlackAccess) {
  const client = createSlackClient({ ...access, for: 'posts' });
  return (refreshToken: string): Promise<OauthV2AccessResponse> =>
    client.oauth.v2.access({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    });
}

/** Any number of workspaces and organisations, as they are kept. */
export function manyWorkspaces(
  tokens: SlackTokens,
  { store, ...access }: SlackAccess & { readonly store: Pick<InstallationStore, 'find' | 'all'> },
): SlackReach {
  return {
    clientsOf: clientsOfInstalled(tokens, access),
    authorize: authorizeInstalled(tokens),
    installedSince: async (workspaceId) => (await store.find(workspaceId))?.installedAt,
    forget: tokens.forget,
    async *workspaces() {
      for await (const workspaceId of store.all()) if (workspaceId.startsWith('slack:')) yield workspaceId;
    },
  };
}
