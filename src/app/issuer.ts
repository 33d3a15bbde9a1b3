import type { Express } from 'express';
import { createRedisIssuerKeys } from '../../adapters/redis/issuer-keys.ts';
import type { RedisAccess } from '../../adapters/redis/open-redis.ts';
import type { Config } from '../config/config.ts';
import { createCipher } from '../connections/cipher.ts';
import { late, within } from '../deadline.ts';
import { idsAt } from '../issuer/at-address.ts';
import { documentPaths, documentsOf } from '../issuer/issuer.ts';
import { createIssuerKeys, type IssuerKeys } from '../issuer/issuer-keys.ts';
import { type IssuerAddress, issuerAddressOf } from '../issuer/settings.ts';
import type { Logger } from '../logger.ts';

/** The keys of the bot's tokens and where they are looked for; undefined where the bot has no such address. */
export function openIssuer(
  redis: RedisAccess['prompt'],
  config: Config,
  encryptionKeys: readonly Uint8Array[],
): (IssuerAddress & { readonly keys: IssuerKeys }) | undefined {
  const address = issuerAddressOf(config);
  if (!address) return undefined;
  const keys = createIssuerKeys({
    store: createRedisIssuerKeys(redis),
    cipher: createCipher(encryptionKeys),
    rotation: address.rotation,
    keyDays: config.XOAP_ISSUER_KEY_DAYS,
    idsAtAddress: () => idsAt(address.url),
    now: () => new Date(),
  });
  return { ...address, keys };
}

/** Milliseconds for which what was read of the keys is served again. */
const freshMs = 10_000;
/** Milliseconds after which what was read before is served: AWS waits five seconds for a document. */
const patienceMs = 1_000;

/** Lets the HTTP server hand out what providers read, from memory where the keys cannot be read now. */
export function serveIssuer(
  app: Express,
  { url, keys }: { readonly url: string; readonly keys: Pick<IssuerKeys, 'published'> },
  logger: Logger,
): void {
  let known: { readonly at: number; readonly documents: Record<string, object> } | undefined;

  async function documents() {
    if (known && Date.now() - known.at < freshMs) return known.documents;
    const read = await within(patienceMs, keys.published()).catch((err: unknown) => {
      logger.warn({ err }, 'the keys of the issuer cannot be read now');
      return undefined;
    });
    if (read !== undefined && read !== late) known = { at: Date.now(), documents: documentsOf(url, read) };
    return known?.documents;
  }

  // A proxy may take the path of the address away before it asks.
  const below = new URL(url).pathname.replace(/\/$/, '');
  for (const path of Object.values(documentPaths))
    app.get([...new Set([path, `${below}${path}`])], async (_request, response) => {
      const document = (await documents())?.[path];
      if (!document) return void response.status(503).set('retry-after', '5').end();
      response.set('cache-control', 'public, max-age=300').json(document);
    });
}

/** Milliseconds between two looks at what is due of the keys. */
const tendMs = 3_600_000;

/** Sees to the keys now and by the hour, until it is closed. */
export function tendIssuer(keys: Pick<IssuerKeys, 'tend'>, logger: Logger): { close(): Promise<void> } {
  const tend = () =>
    void keys.tend().catch((err: unknown) => logger.warn({ err }, 'the keys of the issuer were not tended'));
  tend();
  const timer = setInterval(tend, tendMs).unref();
  return { close: async () => clearInterval(timer) };
}
