import { examineRedis } from '../../../adapters/redis/examine.ts';
import { examineSlack } from '../../../adapters/slack/examine.ts';
import { type Config, examineConfig, loadEnvironmentFile } from '../../config/config.ts';
import type { Examined } from '../../examined.ts';
import { createLogger, type Logger } from '../../logger.ts';
import { examineAccessFile } from './access.ts';
import { examineHeld } from './held.ts';
import { examineIssuer } from './issuer.ts';
import { examineProviders, examinePublicAddress } from './network.ts';
import { examineProfiles } from './profiles.ts';
import { examineTeamsOf } from './teams.ts';
import { examineWorkers } from './workers.ts';

/** What stops a start, a line each, and what cannot be looked at without the settings. */
function examineSettings(problems: readonly string[], source: string): Examined[] {
  const found = problems.map(
    (text): Examined => ({
      part: 'Settings',
      state: 'failed',
      text,
      todo: 'Each is explained in .env.example; npm start reads .env.',
    }),
  );
  return [
    ...found,
    {
      part: 'The rest',
      state: 'skipped',
      text: `it depends on the settings (${source}); mend these, and run it again`,
    },
  ];
}

async function examineSlackOf(config: Config, logger: Logger): Promise<Examined[]> {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_API_URL: slackApiUrl } = config;
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret } = config;
  const client = clientId && clientSecret ? { clientId, clientSecret } : undefined;
  if (!botToken && !client) return [];
  const secretsInChat = config.XOAP_SECRET_INTAKE !== 'link';
  return examineSlack({ botToken, client, appToken, secretsInChat, slackApiUrl, logger });
}

/** What a part comes to, also where looking at it broke. */
async function guarded(part: string, work: Promise<Examined[]>): Promise<Examined[]> {
  try {
    return await work;
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message.split('\n', 1)[0]}` : 'unknown';
    return [{ part, state: 'failed', text: `it could not be looked at (${text})` }];
  }
}

/** Takes `.env` over, and says where settings come from. */
function readSource(): { source: string; fault?: Examined } {
  try {
    return {
      source: loadEnvironmentFile()
        ? 'from the environment and .env'
        : `from the environment; there is no .env in ${process.cwd()}`,
    };
  } catch {
    return {
      source: 'from the environment',
      fault: {
        part: 'Settings',
        state: 'failed',
        text: '.env cannot be read',
        todo: 'It must be a file of lines NAME=value.',
      },
    };
  }
}

/** Looks at everything that the bot stands on, at once; nothing is changed, and nobody is written to. */
export async function examineAll(): Promise<Examined[]> {
  const { source, fault } = readSource();
  const { config, problems } = examineConfig();
  if (!config) return [...(fault ? [fault] : []), ...examineSettings(problems, source)];
  // What libraries have to say is told in our words.
  const logger = createLogger('silent');
  const { providers: loaded, examined: profiles } = await examineProfiles(config);
  const { all: providers } = loaded;
  const redis = examineRedis({ url: config.REDIS_URL, dataDirectory: config.XOAP_DATA_DIR });
  try {
    const found = await Promise.all([
      guarded(
        'Redis',
        redis.then(({ examined }) => examined),
      ),
      guarded(
        'Workers',
        redis.then((opened) => examineWorkers(opened.redis, providers, logger)),
      ),
      guarded('Held credentials', examineHeld(config, loaded)),
      guarded('Profiles', Promise.resolve(profiles)),
      guarded('Roles', Promise.resolve(config).then(examineAccessFile)),
      guarded('Slack', examineSlackOf(config, logger)),
      guarded(
        'Teams',
        redis.then((opened) => examineTeamsOf(config, logger, opened.redis)),
      ),
      guarded(
        'Public address',
        examinePublicAddress(config).then((examined) => [examined]),
      ),
      guarded('Providers', examineProviders(providers, config)),
      guarded(
        'Issuer',
        redis.then((opened) => examineIssuer(config, opened.redis)),
      ),
    ]);
    const settings: Examined = { part: 'Settings', state: 'ok', text: `all can be read (${source})` };
    return [fault ?? settings, ...found.flat()];
  } finally {
    (await redis.catch(() => undefined))?.redis?.disconnect();
  }
}
