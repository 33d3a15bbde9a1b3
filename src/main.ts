import { createSlackAdapter } from '../adapters/slack/adapter.ts';
import {
  createSlackClient,
  type SlackInstallation,
  signInToSlack,
  startSlackApp,
} from '../adapters/slack/app.ts';
import { createLocalCheck } from '../jobs/check.ts';
import { startCheckWorkers } from '../jobs/check-worker.ts';
import { createRemoteCheck } from '../jobs/remote-check.ts';
import { createVerificationQueue } from '../jobs/verification-queue.ts';
import { startWorker } from '../jobs/worker.ts';
import { createAccessPolicy } from './access/policy.ts';
import { createRedisAuditTrail } from './access/redis-audit.ts';
import { createRedisReplayGuard } from './access/redis-replay-guard.ts';
import { createChat } from './chat/chat.ts';
import { createRedisMessageLog } from './chat/redis-message-log.ts';
import { type Config, providerSettings, readConfig } from './config.ts';
import { createCipher } from './connections/cipher.ts';
import { loadEncryptionKeys } from './connections/encryption-keys.ts';
import { createRedisConnectionStore } from './connections/redis-connection-store.ts';
import { createRedisHistory } from './connections/redis-history.ts';
import { createTokenSigner } from './connections/token-signer.ts';
import { isAppError } from './errors.ts';
import { createLogger, type Logger } from './logger.ts';
import type { Provider, Providers } from './providers/provider.ts';
import { createProviders } from './providers/registry.ts';
import { openRedis, type RedisAccess } from './redis.ts';

/** Milliseconds after which the job of a worker that died is taken up by another. */
const lockMs = 10_000;
/** Slack allows about one edit a second and channel. */
const editIntervalMs = 2_000;

export type RunningApp = { close(): Promise<void> };
type Closable = { close(): Promise<void> };
type Parts = {
  config: Config;
  logger: Logger;
  redis: RedisAccess;
  keys: readonly Uint8Array[];
  providers: Providers;
};

function slackSettings({ SLACK_BOT_TOKEN: botToken = '', SLACK_API_URL }: Config, logger: Logger) {
  const slackApiUrl = SLACK_API_URL.endsWith('/') ? SLACK_API_URL : `${SLACK_API_URL}/`;
  return { botToken, slackApiUrl, logger };
}

async function startBot(
  { config, logger, redis, keys, providers }: Parts,
  installed: SlackInstallation,
): Promise<Closable[]> {
  const {
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret = '',
    SLACK_COMMAND: commandWord,
  } = config;
  const requests = await createVerificationQueue(redis.prompt, logger);
  const now = () => new Date();
  const chat = createChat({
    providers,
    store: createRedisConnectionStore(redis.prompt),
    patientStore: createRedisConnectionStore(redis.patient),
    history: createRedisHistory(redis.prompt),
    cipher: createCipher(keys),
    signer: createTokenSigner(keys),
    requests,
    policy: createAccessPolicy({ admins: config.XOAP_ADMINS }),
    audit: createRedisAuditTrail(redis.patient, logger),
    logger,
    commandWord,
    now,
  });
  const slack = await startSlackApp({
    ...slackSettings(config, logger),
    installed,
    chat,
    commandWord,
    replayGuard: createRedisReplayGuard(redis.prompt),
    now,
    transport: appToken
      ? { kind: 'socket', appToken }
      : { kind: 'http', signingSecret, host: config.XOAP_HOST, port: config.XOAP_PORT },
    isReady: () =>
      redis.prompt.ping().then(
        () => true,
        () => false,
      ),
  });
  logger.info(
    appToken ? { socketMode: true } : { host: config.XOAP_HOST, port: config.XOAP_PORT },
    'the bot is ready',
  );
  return [slack, requests];
}

/** What takes verifications off the queue and answers them in chat. */
async function startAnswering({ config, logger, redis, keys, providers }: Parts): Promise<Closable[]> {
  const { XOAP_WORKER_PROVIDERS: serves, XOAP_WORKER_CONCURRENCY: concurrency } = config;
  const store = createRedisConnectionStore(redis.patient);
  const local = createLocalCheck({ store, cipher: createCipher(keys) });
  const remote = createRemoteCheck(redis.patient, logger);
  const isServedHere = ({ id }: Provider) => serves.length === 0 || serves.includes(id);
  const requests = await createVerificationQueue(redis.patient, logger);
  const worker = await startWorker({
    requests,
    redis: redis.patient,
    logger,
    concurrency,
    lockMs,
    editIntervalMs,
    providers,
    store,
    history: createRedisHistory(redis.patient),
    check: (request) => (isServedHere(request.provider) ? local(request) : remote.check(request)),
    adapter: createSlackAdapter(createSlackClient(slackSettings(config, logger)), config.SLACK_COMMAND),
    messages: createRedisMessageLog(redis.patient),
  });
  logger.info({ concurrency }, 'the worker is ready');
  return [worker, remote, requests];
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
    parts.config.SLACK_BOT_TOKEN ? startAnswering(parts) : [],
    startServing(parts),
  ]);
  return started.flat();
}

/** Starts what the settings say this process runs; resolves when it serves. */
export async function startApp(config: Config, logger: Logger): Promise<RunningApp> {
  const { XOAP_DATA_DIR: dataDirectory, XOAP_ENCRYPTION_KEYS: configured, REDIS_URL: url } = config;
  const isBot = config.XOAP_PROCESS !== 'worker';
  const opening = openRedis({ url, dataDirectory }, logger);
  const [keys, redis, installed] = await Promise.all([
    loadEncryptionKeys({ configured, dataDirectory }),
    opening,
    isBot ? signInToSlack(createSlackClient(slackSettings(config, logger))) : undefined,
  ]).catch(async (error: unknown) => {
    await opening.then(
      (opened) => opened.close(),
      () => undefined,
    );
    throw error;
  });
  const parts: Closable[] = [];
  async function close(): Promise<void> {
    // What takes in new work ends first.
    for (const part of parts) await part.close();
    await redis.close();
  }
  try {
    const context = { config, logger, redis, keys, providers: createProviders(providerSettings(config)) };
    const started = await Promise.allSettled([
      installed ? startBot(context, installed) : [],
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

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.XOAP_LOG_LEVEL);
  const app = await startApp(config, logger);
  let closing = false;
  const stop = async (signal: string) => {
    if (closing) return;
    closing = true;
    logger.info({ signal }, 'stopping');
    await app.close();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!isAppError(error)) throw error;
    process.stderr.write(`${error.message}\n${error.hint ? `${error.hint}\n` : ''}`);
    process.exit(1);
  }
}
