import { createRedisPacing } from '../../adapters/redis/pacing.ts';
import { createRedisReplayGuard } from '../../adapters/redis/replay-guard.ts';
import { createSlackAdapter } from '../../adapters/slack/adapter.ts';
import { startSlackApp } from '../../adapters/slack/app.ts';
import { clientsWith } from '../../adapters/slack/clients.ts';
import { limits } from '../../adapters/slack/limits.ts';
import { authorizeOne, signInToSlack } from '../../adapters/slack/one-workspace.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../logger.ts';
import type { OpenPlatform } from './platform-parts.ts';

function settingsOf({ SLACK_BOT_TOKEN: botToken = '', SLACK_API_URL }: Config, logger: Logger) {
  const slackApiUrl = SLACK_API_URL.endsWith('/') ? SLACK_API_URL : `${SLACK_API_URL}/`;
  return { botToken, slackApiUrl, logger };
}

/** Puts the Slack adapter together. Throws when Slack refuses the token of a process that receives. */
export const openSlack: OpenPlatform = async (config, logger) => {
  const settings = settingsOf(config, logger);
  const {
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret = '',
    SLACK_COMMAND: commandWord,
  } = config;
  const clients = clientsWith(settings.botToken, settings);
  const clientsOf = async () => clients;
  const installed = config.XOAP_PROCESS === 'worker' ? undefined : await signInToSlack(clients);
  return {
    id: 'slack',
    needsHttp: !appToken,
    with: ({ redis, http }, access) => ({
      id: 'slack',
      commandWord,
      adapter: createSlackAdapter({
        clientsOf,
        commandWord,
        pacing: createRedisPacing(redis[access], {
          platform: 'slack',
          windows: limits.pace,
          now: () => new Date(),
        }),
      }),
      async receive(chat) {
        if (!installed) throw new Error('A worker does not receive from Slack');
        return startSlackApp({
          ...settings,
          clientsOf,
          authorize: authorizeOne(installed),
          chat,
          commandWord,
          replayGuard: createRedisReplayGuard(redis.prompt),
          now: () => new Date(),
          transport: appToken ? { kind: 'socket', appToken } : { kind: 'http', signingSecret, app: http.app },
        });
      },
    }),
  };
};
