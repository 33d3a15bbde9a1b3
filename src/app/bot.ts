import { createRedisAuditLog, createRedisAuditTrail } from '../../adapters/redis/audit-trail.ts';
import { createRedisAnnouncements } from '../../adapters/redis/held-names.ts';
import { createDecoder } from '../../jobs/decodes/ask-decode.ts';
import { createReadBotStatus } from '../../jobs/queue-status.ts';
import { createReportQueue } from '../../jobs/reports/report-queue.ts';
import { limitsOf } from '../../jobs/verifications/limits.ts';
import { createVerificationQueue } from '../../jobs/verifications/verification-queue.ts';
import { createFormTokens } from '../access/form-token.ts';
import { type Chat, createChat } from '../chat/chat.ts';
import { createDeliverFile } from '../chat/delivery/deliver-file.ts';
import { createSayInThread } from '../chat/delivery/say-in-thread.ts';
import { createTellPrivately } from '../chat/delivery/tell-privately.ts';
import { createTwins } from '../chat/delivery/twins.ts';
import { createUnderWay } from '../chat/explain/under-way.ts';
import { platformOf } from '../chat/platform.ts';
import { createCipher } from '../connections/cipher.ts';
import { watchAnnouncements } from '../held/announcements.ts';
import { openAccess } from './access.ts';
import { openDownloads } from './downloads.ts';
import { createExplainText } from './explain-text.ts';
import { openIssuer, serveIssuer } from './issuer.ts';
import { type AppDependencies, type Closable, inTurn } from './parts.ts';
import { servePictures } from './picture-server.ts';
import { serveSchemas } from './schemas.ts';
import { openSecretPages } from './secret-page.ts';
import { storesOn } from './stores.ts';
import { openLife } from './workspace-life.ts';

/** Starts what receives from chat, on every platform; those that need it mount themselves on the HTTP server. */
export async function startBot(parts: AppDependencies): Promise<Closable> {
  const { config, logger, redis, keys, providers, platforms, http } = parts;
  const prompt = storesOn(redis.prompt, logger);
  const patient = storesOn(redis.patient, logger);
  const [requests, reports] = await Promise.all([
    createVerificationQueue(redis.prompt, logger, limitsOf(config)),
    createReportQueue(redis.prompt, logger),
  ]);
  const status = createReadBotStatus(redis.prompt, { providers: providers.all.map(({ id }) => id), logger });
  const issuer = openIssuer(redis.prompt, config, keys);
  const held = await watchAnnouncements(createRedisAnnouncements(redis.prompt), logger);
  const audit = createRedisAuditTrail(redis.prompt, logger);
  const cipher = createCipher(keys);
  const tokens = createFormTokens(keys);
  const access = openAccess({ redis: redis.prompt, note: prompt.unreadables.note, config, logger });
  const secretPages = openSecretPages({ redis: redis.prompt, config, cipher, tokens, audit, logger });
  const files = openDownloads(redis.prompt, config.XOAP_PUBLIC_URL, logger);
  const life = openLife({
    redis: redis.patient,
    config,
    schedules: patient.schedules,
    reports,
    logger,
  });
  const underWay = createUnderWay(limitsOf(config));
  const shared = {
    ...prompt,
    underWay,
    explainText: createExplainText(providers, config),
    decode: createDecoder(redis.prompt, cipher),
    issuer: issuer?.url,
    heldNames: held.offered,
    readStatus: status.read,
    providers,
    patientStore: patient.store,
    patientSchedules: patient.schedules,
    cipher,
    intake: secretPages.intake,
    formTokens: tokens,
    requests,
    reports,
    timeZone: config.XOAP_TIME_ZONE,
    maxKeyAgeDays: config.XOAP_MAX_KEY_AGE_DAYS,
    access,
    audit,
    auditLog: createRedisAuditLog(redis.prompt),
    auditDays: config.XOAP_AUDIT_DAYS,
    life,
    logger,
    now: () => new Date(),
  };
  const chats = new Map<string, Chat>();
  const receivers = await Promise.all(
    platforms.map((opened) => {
      const platform = opened.with({ ...parts, life }, 'prompt');
      const { commandWord, adapter } = platform;
      const twins = createTwins({
        messages: prompt.messages,
        adapterOf: () => adapter,
        mendLater: requests.mendTwin,
        logger,
      });
      const chat = createChat({
        ...shared,
        commandWord,
        twins,
        linkTo: adapter.linkTo,
        groups: adapter.groups,
        forgetPerson: adapter.forgetPerson,
        tellPrivately: createTellPrivately(adapter),
        sayInThread: createSayInThread(adapter),
        update: adapter.update,
        deliverFile: createDeliverFile({ adapter, ...files }),
      });
      chats.set(platform.id, chat);
      return platform.receive(chat);
    }),
  );
  if (issuer) serveIssuer(http.app, issuer, logger);
  files.serve(http.app);
  serveSchemas(http.app);
  secretPages.serve(http.app, (workspaceId) => chats.get(platformOf(workspaceId)));
  if (config.XOAP_PUBLIC_URL) servePictures(http.app, prompt.pictureShelf);
  return inTurn([...receivers, underWay, requests, reports, status, held, access]);
}
