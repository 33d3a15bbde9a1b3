import { createRedisInstallations } from '../../adapters/redis/installations.ts';
import { createRedisLeases } from '../../adapters/redis/leases.ts';
import { createRedisPacing } from '../../adapters/redis/pacing.ts';
import { createRedisReplayGuard } from '../../adapters/redis/replay-guard.ts';
import { createSlackAdapter } from '../../adapters/slack/adapter.ts';
import { startSlackApp } from '../../adapters/slack/app.ts';
import { clientsWith, type SlackAccess } from '../../adapters/slack/clients.ts';
import { createEndings } from '../../adapters/slack/endings.ts';
import { createSlackGroups } from '../../adapters/slack/groups.ts';
import { serveInstall } from '../../adapters/slack/install.ts';
import { createBoltStore } from '../../adapters/slack/installation.ts';
import { limits } from '../../adapters/slack/limits.ts';
import { createRefresh, manyWorkspaces, type SlackClient } from '../../adapters/slack/many-workspaces.ts';
import { oneWorkspace, signInToSlack } from '../../adapters/slack/one-workspace.ts';
import type { SlackReach } from '../../adapters/slack/reach.ts';
import { createRotation } from '../../adapters/slack/rotation.ts';
import { createTokens } from '../../adapters/slack/tokens.ts';
import { createFormTokens } from '../access/form-token.ts';
import { measuredAdapter, measuredPacing } from '../chat/delivery/measured-adapter.ts';
import type { Config } from '../config/config.ts';
import { createCipher } from '../connections/cipher.ts';
import type { Logger } from '../logger.ts';
import type { WorkspaceLife } from '../workspaces/life.ts';
import type { OpenPlatform, PlatformDependencies } from './platform-parts.ts';

type Access = 'prompt' | 'patient';
/** How workspaces are reached, by the parts of the process. */
type ReachWith = (parts: PlatformDependencies, access: Access) => SlackReach;

const now = () => new Date();

function accessOf({ SLACK_API_URL: url }: Config, logger: Logger): SlackAccess {
  return { slackApiUrl: url.endsWith('/') ? url : `${url}/`, logger };
}

/** The app itself, where it is for any number of workspaces. */
function clientOf({ SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret }: Config) {
  return clientId && clientSecret ? { clientId, clientSecret } : undefined;
}

/** Those that installed the app. Tokens are renewed over the connection that waits: what Slack gave must not be lost. */
const reachInstalled =
  (client: SlackClient, access: SlackAccess): ReachWith =>
  ({ redis, keys, logger }, kind) => {
    const cipher = createCipher(keys);
    const rotate = createRotation({
      store: createRedisInstallations(redis.patient),
      leases: createRedisLeases(redis.patient),
      refresh: createRefresh(client, access),
      cipher,
      now,
      logger,
    });
    const store = createRedisInstallations(redis[kind]);
    return manyWorkspaces(createTokens({ store, cipher, rotate, now, logger }), { ...access, store });
  };

/** The one of the token in the settings; a worker does not ask whose it is. */
async function reachOne(config: Config, access: SlackAccess): Promise<ReachWith> {
  const clients = clientsWith(config.SLACK_BOT_TOKEN ?? '', access);
  const installed =
    config.XOAP_PROCESS === 'worker' ? { isOrganisation: false } : await signInToSlack(clients);
  const reach = oneWorkspace(clients, installed);
  return () => reach;
}

type Installing = {
  readonly client: SlackClient;
  readonly access: SlackAccess;
  readonly life: WorkspaceLife;
  readonly reach: SlackReach;
};

/** Lets people install the app over the process's HTTP server. */
function serveInstallation(
  { config, keys, redis, http }: PlatformDependencies,
  { client, access, life, reach }: Installing,
): void {
  serveInstall({
    ...client,
    ...access,
    app: http.app,
    publicUrl: config.XOAP_PUBLIC_URL ?? '',
    secretsInChat: config.XOAP_SECRET_INTAKE !== 'link',
    store: createBoltStore({
      store: createRedisInstallations(redis.prompt),
      cipher: createCipher(keys),
      installing: life.installing,
      async installed(workspaceId) {
        reach.forget(workspaceId);
        await life.revive(workspaceId);
      },
      now,
    }),
    tokens: createFormTokens(keys),
    guard: createRedisReplayGuard(redis.prompt),
  });
}

/** Puts the Slack adapter together. Throws when Slack refuses the token of a process that receives. */
export const openSlack: OpenPlatform = async (config, logger) => {
  const access = accessOf(config, logger);
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret = '' } = config;
  const { SLACK_COMMAND: commandWord, XOAP_PROCESS: process } = config;
  const client = clientOf(config);
  const reachWith = client ? reachInstalled(client, access) : await reachOne(config, access);
  return {
    id: 'slack',
    needsHttp: !appToken || client !== undefined,
    with(parts, kind) {
      const { redis, http, life, metrics } = parts;
      const counting = { platform: 'slack', metrics };
      const reach = reachWith(parts, kind);
      const { clientsOf } = reach;
      const judges = client !== undefined || process !== 'worker';
      const endings = createEndings({ reach, life, judges, logger });
      const groups = createSlackGroups(clientsOf);
      const paced = createRedisPacing(redis[kind], { platform: 'slack', windows: limits.pace, now });
      const pacing = measuredPacing(paced, counting);
      return {
        id: 'slack',
        commandWord,
        adapter: measuredAdapter(
          createSlackAdapter({ clientsOf, endings, groups, commandWord, pacing }),
          counting,
        ),
        async receive(chat) {
          // Slack has taken the token of the settings just now, whatever was told before.
          if (!client) for await (const workspaceId of reach.workspaces()) await life.revive(workspaceId);
          if (client) serveInstallation(parts, { client, access, life, reach });
          return startSlackApp({
            ...access,
            reach,
            life,
            endings,
            groups,
            leases: createRedisLeases(redis.patient),
            chat,
            commandWord,
            metrics,
            replayGuard: createRedisReplayGuard(redis.prompt),
            now,
            transport: appToken
              ? { kind: 'socket', appToken }
              : { kind: 'http', signingSecret, app: http.app },
          });
        },
      };
    },
  };
};
