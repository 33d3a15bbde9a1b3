import { openRedis } from '../../adapters/redis/open-redis.ts';
import type { Config } from '../config/config.ts';
import { loadEncryptionKeys } from '../connections/encryption-keys.ts';
import { holdable } from '../held/holdable.ts';
import { keepOutOfLogs, type Logger } from '../logger.ts';
import { noMetrics } from '../metrics.ts';
import { type Providers, secretNamesOf } from '../providers/provider.ts';
import { providersOf } from '../providers/registry.ts';
import { startBot } from './bot.ts';
import { createHttpServer } from './http-server.ts';
import type { OpenedMetrics } from './metrics/open-metrics.ts';
import { type Closable, inTurn } from './parts.ts';
import type { OpenPlatform } from './platform-parts.ts';
import { startWorkers } from './worker.ts';

/** What a caller brings instead of what the settings say. */
export type GivenDependencies = { readonly providers?: Providers };
export type RunningApp = Closable;

/** Loads the platforms that the settings name, and no other. */
function loadPlatforms(config: Config): Promise<OpenPlatform[]> {
  return Promise.all([
    ...((config.SLACK_BOT_TOKEN ?? config.SLACK_CLIENT_ID)
      ? [import('./platform-slack.ts').then(({ openSlack }) => openSlack)]
      : []),
    ...(config.TEAMS_CLIENT_ID ? [import('./platform-teams.ts').then(({ openTeams }) => openTeams)] : []),
  ]);
}

async function loadProviders({ providers, XOAP_PROFILES_DIR: folder }: Config): Promise<Providers> {
  const { loadProvidersWith } = await import('../config/profile-files.ts');
  return loadProvidersWith(providers, folder);
}

/** Opens the platforms; loads what knows the providers while they are signed in to. */
async function openOutside(config: Config, logger: Logger, given: GivenDependencies) {
  const platforms = (await loadPlatforms(config)).map((open) => open(config, logger));
  const [opened, providers] = await Promise.all([
    Promise.all(platforms),
    given.providers ?? loadProviders(config),
  ]);
  keepOutOfLogs(providers.all.flatMap(secretNamesOf));
  return { platforms: opened, providers: providersOf(providers.all.map(holdable)) };
}

/** Begins to count where the operator asked for it; nothing of it is loaded elsewhere. */
async function openCounting(config: Config): Promise<OpenedMetrics | undefined> {
  if (config.XOAP_METRICS === '0') return undefined;
  const { openMetrics } = await import('./metrics/open-metrics.ts');
  return openMetrics(config);
}

/** Begins to send traces where the operator named a collector; nothing of it is loaded elsewhere. */
async function openTraces(config: Config, logger: Logger): Promise<Closable> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint } = config;
  if (endpoint === undefined) return inTurn([]);
  const { openTracing } = await import('./tracing.ts');
  return openTracing({ ...config, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, logger);
}

/** Says in the log what this process does now. */
function sayReady(
  config: Config,
  logger: Logger,
  listening: { host: string; port: number; platforms: readonly string[] },
): void {
  const { XOAP_PROCESS: kind, XOAP_WORKER_CONCURRENCY: concurrency, XOAP_WORKER_PROVIDERS: serves } = config;
  if (kind !== 'worker') logger.info(listening, 'the bot is ready');
  if (kind === 'bot') return;
  if (listening.platforms.length > 0) logger.info({ ...listening, concurrency }, 'the worker is ready');
  if (serves.length > 0) logger.info({ concurrency, serves }, 'the worker for these providers is ready');
  if (config.XOAP_HELD_CREDENTIALS)
    logger.info({ concurrency }, 'the worker that holds credentials is ready');
}

/** Starts what the settings say this process runs; resolves when it serves. */
export async function startApp(
  config: Config,
  logger: Logger,
  given: GivenDependencies = {},
): Promise<RunningApp> {
  const { XOAP_DATA_DIR: dataDirectory, XOAP_ENCRYPTION_KEYS: configured, REDIS_URL: url } = config;
  const waits = config.XOAP_PROCESS === 'worker';
  const opening = openRedis({ url, dataDirectory, waits }, logger);
  const [keys, redis, outside] = await Promise.all([
    loadEncryptionKeys({ configured, dataDirectory }),
    opening,
    openOutside(config, logger, given),
  ]).catch(async (error: unknown) => {
    await opening.then(
      (opened) => opened.close(),
      () => undefined,
    );
    throw error;
  });
  const [counting, tracing] = await Promise.all([openCounting(config), openTraces(config, logger)]);
  const isServed = config.XOAP_PROCESS !== 'worker' && outside.platforms.some(({ needsHttp }) => needsHttp);
  // Where chat comes in over HTTP its port tells of health too.
  const port = isServed ? config.XOAP_PORT : config.XOAP_HEALTH_PORT;
  const host = config.XOAP_HOST;
  const serving = { host, logger, isReady: redis.isReady };
  const http = createHttpServer({ ...serving, port });
  // Where chat comes in from outside, nobody from there is to read how the process does.
  const beside =
    counting && isServed ? createHttpServer({ ...serving, port: config.XOAP_HEALTH_PORT }) : undefined;
  const parts = { config, logger, redis, keys, http, metrics: counting?.metrics ?? noMetrics, ...outside };
  counting?.serve({ ...parts, http: beside ?? http });
  const started = await Promise.allSettled([
    config.XOAP_PROCESS === 'worker' ? inTurn([]) : startBot(parts),
    config.XOAP_PROCESS === 'bot' ? inTurn([]) : startWorkers(parts),
  ]);
  const running = started.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const app = inTurn([
    http,
    ...running,
    ...(beside ? [beside] : []),
    ...(counting ? [counting] : []),
    redis,
    tracing,
  ]);
  try {
    for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
    await beside?.listen();
    const listening = { host, port: await http.listen() };
    // Last, since whoever reads it may stop the process at once.
    sayReady(config, logger, { ...listening, platforms: outside.platforms.map(({ id }) => id) });
    return app;
  } catch (error) {
    await app.close();
    throw error;
  }
}
