import { createRedisAuditLog } from '../../adapters/redis/audit-trail.ts';
import { createRedisAnnouncements } from '../../adapters/redis/held-names.ts';
import { migrateRecords } from '../../adapters/redis/migrate.ts';
import { createLocalCheck } from '../../jobs/checks/check.ts';
import { startCheckWorkers } from '../../jobs/checks/check-worker.ts';
import { createHeldCheck } from '../../jobs/checks/held-check.ts';
import { startHolder } from '../../jobs/checks/holder.ts';
import { createRemoteCheck } from '../../jobs/checks/remote-check.ts';
import { answerDecodes } from '../../jobs/decodes/answer-decodes.ts';
import { together } from '../../jobs/listen.ts';
import { createRedisOutbox } from '../../jobs/reports/outbox.ts';
import { createRedisPlans } from '../../jobs/reports/plan.ts';
import { createReportQueue } from '../../jobs/reports/report-queue.ts';
import { startReportWorker } from '../../jobs/reports/report-worker.ts';
import { createRedisSlots } from '../../jobs/reports/slots.ts';
import { createDrawHomes } from '../../jobs/verifications/draw-homes.ts';
import { limitsOf } from '../../jobs/verifications/limits.ts';
import { createVerificationQueue } from '../../jobs/verifications/verification-queue.ts';
import { startVerificationWorker } from '../../jobs/verifications/verification-worker.ts';
import { trimAudit } from '../access/audit.ts';
import type { AdapterOf } from '../chat/delivery/chat-adapter.ts';
import { type ChatPlatform, platformOf } from '../chat/platform.ts';
import { createCipher } from '../connections/cipher.ts';
import { AppError } from '../errors.ts';
import { type HeldFolder, openHeldFolder } from '../held/held-folder.ts';
import { createIssuer, type Issuer } from '../issuer/issuer.ts';
import type { Provider } from '../providers/provider.ts';
import { openIssuer, tendIssuer } from './issuer.ts';
import { type AppDependencies, type Closable, inTurn } from './parts.ts';
import { storesOn } from './stores.ts';
import { openLife } from './workspace-life.ts';

/** Milliseconds after which the job of a worker that died is taken up by another. */
const lockMs = 10_000;
/** Milliseconds between edits of one message, so that no platform counts them as too many. */
const editIntervalMs = 2_000;
/** Connections of one account that reports verify at once: accounts have limits of their own. */
const checksOfAccount = 2;

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

/** Starts what takes verifications off the queue and answers them in chat, and makes reports. */
async function startAnswering(parts: AppDependencies, { issuer, held }: Own): Promise<Closable> {
  const { config, logger, redis, keys, providers, platforms, metrics } = parts;
  const { XOAP_WORKER_PROVIDERS: serves, XOAP_WORKER_CONCURRENCY: concurrency } = config;
  const stores = storesOn(redis.patient, logger);
  const local = createLocalCheck({ ...stores, cipher: createCipher(keys), issuer, held, metrics });
  const remote = createRemoteCheck(redis.patient, logger);
  const isServedHere = ({ id }: Provider) => serves.length === 0 || serves.includes(id);
  const check = createHeldCheck({
    held,
    announcements: createRedisAnnouncements(redis.patient),
    replacements: stores.replacements,
    local,
    remote,
    others: (request) => (isServedHere(request.provider) ? local(request) : remote.check(request)),
  });
  const [requests, queue] = await Promise.all([
    createVerificationQueue(redis.patient, logger, limitsOf(config)),
    createReportQueue(redis.patient, logger),
  ]);
  const life = openLife({
    redis: redis.patient,
    config,
    schedules: stores.schedules,
    reports: queue,
    logger,
  });
  const shared = {
    ...stores,
    redis: redis.patient,
    logger,
    lockMs,
    metrics,
    providers,
    check,
    mendLater: requests.mendTwin,
    adapterOf: adaptersOf(platforms.map((opened) => opened.with({ ...parts, life }, 'patient'))),
  };
  const now = () => new Date();
  const workers = await Promise.all([
    startVerificationWorker({
      ...shared,
      requests,
      serves,
      concurrency,
      editIntervalMs,
      drawHomes: createDrawHomes({ ...shared, now }),
      now,
    }),
    startReportWorker({
      ...shared,
      queue,
      sweep: async () => {
        await life.sweep();
        await trimAudit(createRedisAuditLog(redis.patient), config.XOAP_AUDIT_DAYS, now());
      },
      outbox: createRedisOutbox(redis.patient),
      plans: createRedisPlans(redis.patient),
      slots: createRedisSlots(redis.patient, { mostAtOnce: checksOfAccount, leaseMs: lockMs }),
      spreadMs: config.XOAP_REPORT_SPREAD_SECONDS * 1_000,
      checksAtOnce: config.XOAP_REPORT_CONCURRENCY,
      timeZone: config.XOAP_TIME_ZONE,
      maxKeyAgeDays: config.XOAP_MAX_KEY_AGE_DAYS,
      now,
    }),
  ]);
  return inTurn([together(workers), remote, requests, queue]);
}

/** Starts what carries out checks for others: of some providers, and of what only this process holds. */
async function startServing(parts: AppDependencies, { issuer, held }: Own): Promise<Closable> {
  const { config, logger, redis, keys, providers, metrics } = parts;
  const shared = {
    ...storesOn(redis.patient, logger),
    redis: redis.patient,
    logger,
    metrics,
    providers,
    concurrency: config.XOAP_WORKER_CONCURRENCY,
    lockMs,
    progressIntervalMs: editIntervalMs,
    cipher: createCipher(keys),
    issuer,
    held,
  };
  const announcements = createRedisAnnouncements(redis.patient);
  const { XOAP_WORKER_PROVIDERS: served } = config;
  const isServed = ({ id }: Provider) =>
    served.includes(id) || (served.length === 0 && parts.platforms.length > 0);
  return together(
    await Promise.all([
      startCheckWorkers(served, shared),
      answerDecodes({ ...shared, serves: isServed }),
      ...(held ? [startHolder({ ...shared, held, announcements })] : []),
    ]),
  );
}

/** What this process signs in with besides what is stored. */
type Own = { readonly issuer: Issuer | undefined; readonly held: HeldFolder | undefined };

/** Starts everything that works in the background; it is closed together, so that each part has the whole time to end. */
export async function startWorkers(parts: AppDependencies): Promise<Closable> {
  const { config, logger, redis, keys, providers } = parts;
  await migrateRecords(redis.patient, logger);
  const opened = openIssuer(redis.patient, config, keys);
  const { XOAP_HELD_CREDENTIALS: folder } = config;
  const own = {
    issuer: opened && createIssuer({ ...opened, now: () => new Date() }),
    held: folder === undefined ? undefined : openHeldFolder(folder, providers),
  };
  const started = await Promise.all([
    parts.platforms.length > 0 ? startAnswering(parts, own) : inTurn([]),
    startServing(parts, own),
  ]);
  return together([...started, ...(opened ? [tendIssuer(opened.keys, logger)] : [])]);
}
