import { createRedisAuditTrail } from '../../adapters/redis/audit-trail.ts';
import { createRedisConnectionStore } from '../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../adapters/redis/history.ts';
import { createRedisMessageLog } from '../../adapters/redis/message-log.ts';
import { openRedis } from '../../adapters/redis/open-redis.ts';
import { createRedisPictureShelf } from '../../adapters/redis/picture-shelf.ts';
import { createRedisReminders } from '../../adapters/redis/reminders.ts';
import { createRedisReplayGuard } from '../../adapters/redis/replay-guard.ts';
import { createRedisReportRecords } from '../../adapters/redis/report-records.ts';
import { createRedisScheduleStore } from '../../adapters/redis/schedule-store.ts';
import { type Check, createLocalCheck } from '../../jobs/checks/check.ts';
import { startCheckWorkers } from '../../jobs/checks/check-worker.ts';
import { createRemoteCheck } from '../../jobs/checks/remote-check.ts';
import { createRedisOutbox } from '../../jobs/reports/outbox.ts';
import { createReportQueue } from '../../jobs/reports/report-queue.ts';
import { startReportWorker } from '../../jobs/reports/report-worker.ts';
import { createRedisSlots } from '../../jobs/reports/slots.ts';
import { createVerificationQueue } from '../../jobs/verifications/verification-queue.ts';
import { startVerificationWorker } from '../../jobs/verifications/verification-worker.ts';
import { createFormTokens } from '../access/form-token.ts';
import { createAccessPolicy } from '../access/policy.ts';
import { createChat } from '../chat/chat.ts';
import { type AdapterOf, type ChatPlatform, platformOf } from '../chat/platform.ts';
import { type Config, providerSettings } from '../config/config.ts';
import { createCipher } from '../connections/cipher.ts';
import { loadEncryptionKeys } from '../connections/encryption-keys.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { Provider, Providers } from '../providers/provider.ts';
import { createHttpServer } from './http-server.ts';
import { servePictures } from './picture-server.ts';
import type { OpenedPlatform, OpenPlatform, PlatformParts } from './platform-parts.ts';

/** Milliseconds after which the job of a worker that died is taken up by another. */
const lockMs = 10_000;
/** Milliseconds between edits of one message: Slack allows about one a second, Teams two to a whole conversation. */
const editIntervalMs = 2_000;
/** Connections of one account that reports verify at once: accounts have limits of their own. */
const checksOfAccount = 2;

/** What a caller brings instead of what the settings say. */
export type GivenParts = { readonly providers?: Providers };
export type RunningApp = { close(): Promise<void> };
type Closable = { close(): Promise<void> };
type Parts = PlatformParts & {
  readonly keys: readonly Uint8Array[];
  readonly providers: Providers;
  readonly platforms: readonly OpenedPlatform[];
};

/** Loads the platforms that the settings name, and no other. */
function loadPlatforms(config: Config): Promise<OpenPlatform[]> {
  return Promise.all([
    ...(config.SLACK_BOT_TOKEN ? [import('./platform-slack.ts').then(({ openSlack }) => openSlack)] : []),
    ...(config.TEAMS_CLIENT_ID ? [import('./platform-teams.ts').then(({ openTeams }) => openTeams)] : []),
  ]);
}

async function loadProviders(config: Config): Promise<Providers> {
  const { createProviders } = await import('../providers/registry.ts');
  return createProviders(providerSettings(config));
}

/** Opens the platforms; loads what knows the providers while they are signed in to. */
async function openOutside(config: Config, logger: Logger, given: GivenParts) {
  const platforms = (await loadPlatforms(config)).map((open) => open(config, logger));
  const [opened, providers] = await Promise.all([
    Promise.all(platforms),
    given.providers ?? loadProviders(config),
  ]);
  return { platforms: opened, providers };
}

/** What posts to a workspace, by the platform that the workspace is on. */
function adaptersOf(platforms: readonly ChatPlatform[]): AdapterOf {
  return (workspaceId) => {
    const platform = platforms.find(({ id }) => id === platformOf(workspaceId));
    if (platform) return platform.adapter;
    throw new AppError(`Cannot post to ${workspaceId}: its chat platform is not set up here`, {
      code: 'chat.no-platform',
    });
  };
}

/** What receives from chat, on every platform; one HTTP server serves those that need one. */
async function startBot(parts: Parts): Promise<Closable[]> {
  const { config, logger, redis, keys, providers, platforms, http } = parts;
  const [requests, reports] = await Promise.all([
    createVerificationQueue(redis.prompt, logger),
    createReportQueue(redis.prompt, logger),
  ]);
  const shared = {
    providers,
    store: createRedisConnectionStore(redis.prompt),
    patientStore: createRedisConnectionStore(redis.patient),
    history: createRedisHistory(redis.prompt),
    cipher: createCipher(keys),
    formTokens: createFormTokens(keys),
    replayGuard: createRedisReplayGuard(redis.prompt),
    requests,
    reports,
    schedules: createRedisScheduleStore(redis.prompt),
    patientSchedules: createRedisScheduleStore(redis.patient),
    records: createRedisReportRecords(redis.prompt),
    timeZone: config.XOAP_TIME_ZONE,
    maxKeyAgeDays: config.XOAP_MAX_KEY_AGE_DAYS,
    policy: createAccessPolicy({ admins: config.XOAP_ADMINS }),
    audit: createRedisAuditTrail(redis.patient, logger),
    logger,
    now: () => new Date(),
  };
  const receivers = await Promise.all(
    platforms.map((opened) => {
      const platform = opened.with(parts, 'prompt');
      return platform.receive(createChat({ ...shared, commandWord: platform.commandWord }));
    }),
  );
  const isServed = platforms.some(({ needsHttp }) => needsHttp);
  if (config.XOAP_PUBLIC_URL) servePictures(http.app, createRedisPictureShelf(redis.prompt));
  if (isServed) await http.listen();
  const { XOAP_HOST: host, XOAP_PORT: port } = config;
  const names = platforms.map(({ id }) => id);
  logger.info({ ...(isServed && { host, port }), platforms: names }, 'the bot is ready');
  return [...(isServed ? [http] : []), ...receivers, requests, reports];
}

/** What reports need besides what verifications do. */
function reportSettings({ config, redis }: Parts) {
  return {
    schedules: createRedisScheduleStore(redis.patient),
    records: createRedisReportRecords(redis.patient),
    reminders: createRedisReminders(redis.patient),
    outbox: createRedisOutbox(redis.patient),
    slots: createRedisSlots(redis.patient, { mostAtOnce: checksOfAccount, leaseMs: lockMs }),
    spreadMs: config.XOAP_REPORT_SPREAD_SECONDS * 1_000,
    checksAtOnce: config.XOAP_REPORT_CONCURRENCY,
    timeZone: config.XOAP_TIME_ZONE,
    maxKeyAgeDays: config.XOAP_MAX_KEY_AGE_DAYS,
    now: () => new Date(),
  };
}

/** What takes verifications off the queue and answers them in chat, and makes reports. */
async function startAnswering(parts: Parts): Promise<Closable[]> {
  const { config, logger, redis, keys, providers, platforms } = parts;
  const { XOAP_WORKER_PROVIDERS: serves, XOAP_WORKER_CONCURRENCY: concurrency } = config;
  const store = createRedisConnectionStore(redis.patient);
  const local = createLocalCheck({ store, cipher: createCipher(keys) });
  const remote = createRemoteCheck(redis.patient, logger);
  const isServedHere = ({ id }: Provider) => serves.length === 0 || serves.includes(id);
  const [requests, queue] = await Promise.all([
    createVerificationQueue(redis.patient, logger),
    createReportQueue(redis.patient, logger),
  ]);
  const check: Check = (request) => (isServedHere(request.provider) ? local(request) : remote.check(request));
  const shared = {
    redis: redis.patient,
    logger,
    lockMs,
    providers,
    store,
    history: createRedisHistory(redis.patient),
    check,
    adapterOf: adaptersOf(platforms.map((opened) => opened.with(parts, 'patient'))),
    messages: createRedisMessageLog(redis.patient),
  };
  const workers = await Promise.all([
    startVerificationWorker({ ...shared, requests, concurrency, editIntervalMs }),
    startReportWorker({ ...shared, queue, ...reportSettings(parts) }),
  ]);
  logger.info({ concurrency }, 'the worker is ready');
  return [...workers, remote, requests, queue];
}

/** What carries out checks for others, where this process was started for some providers only. */
async function startServing({ config, logger, redis, keys, providers }: Parts): Promise<Closable[]> {
  const { XOAP_WORKER_PROVIDERS: serves, XOAP_WORKER_CONCURRENCY: concurrency } = config;
  if (serves.length === 0) return [];
  const workers = await startCheckWorkers({
    redis: redis.patient,
    logger,
    providers,
    serves,
    concurrency,
    lockMs,
    progressIntervalMs: editIntervalMs,
    store: createRedisConnectionStore(redis.patient),
    cipher: createCipher(keys),
  });
  logger.info({ concurrency, serves }, 'the worker for these providers is ready');
  return [workers];
}

async function startVerifier(parts: Parts): Promise<Closable[]> {
  const started = await Promise.all([
    parts.platforms.length > 0 ? startAnswering(parts) : [],
    startServing(parts),
  ]);
  return started.flat();
}

/** Starts what the settings say this process runs; resolves when it serves. */
export async function startApp(config: Config, logger: Logger, given: GivenParts = {}): Promise<RunningApp> {
  const { XOAP_DATA_DIR: dataDirectory, XOAP_ENCRYPTION_KEYS: configured, REDIS_URL: url } = config;
  const opening = openRedis({ url, dataDirectory }, logger);
  const [keys, redis, { platforms, providers }] = await Promise.all([
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
  const isReady = () =>
    redis.prompt.ping().then(
      () => true,
      () => false,
    );
  const http = createHttpServer({ host: config.XOAP_HOST, port: config.XOAP_PORT, logger, isReady });
  const parts: Closable[] = [];
  async function close(): Promise<void> {
    // What takes in new work ends first.
    for (const part of parts) await part.close();
    await redis.close();
  }
  try {
    const context = { config, logger, redis, keys, http, platforms, providers };
    const started = await Promise.allSettled([
      config.XOAP_PROCESS === 'worker' ? [] : startBot(context),
      config.XOAP_PROCESS === 'bot' ? [] : startVerifier(context),
    ]);
    for (const outcome of started) if (outcome.status === 'fulfilled') parts.push(...outcome.value);
    for (const outcome of started) if (outcome.status === 'rejected') throw outcome.reason;
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}
