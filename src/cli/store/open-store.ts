import { readRedisAddress } from '../../../adapters/redis/address.ts';
import { examineRedis } from '../../../adapters/redis/examine.ts';
import { openRedis } from '../../../adapters/redis/open-redis.ts';
import { isSocketFound } from '../../../adapters/redis/private-redis.ts';
import { whyUnfit } from '../../../adapters/redis/unfit.ts';
import { type Config, loadEnvironmentFile, readConfig } from '../../config/config.ts';
import { loadEncryptionKeys } from '../../connections/encryption-keys.ts';
import { createLogger } from '../../logger.ts';
import { BadInput } from '../bad-input.ts';

/** What the bot keeps, as a command that tends it gets to it. */
export type OpenedStore = {
  readonly redis: NonNullable<Awaited<ReturnType<typeof examineRedis>>['redis']>;
  readonly config: Config;
  /** Encryption keys, the current one first. */
  readonly keys: readonly Uint8Array[];
  /** Whether this process has started the server, so that nobody else is there. */
  readonly isOwn: boolean;
};

type Connected = Pick<OpenedStore, 'redis' | 'isOwn'> & { close(): Promise<void> };

/** The Redis of the bot; a private one is started where no bot runs that has started it. */
async function connect({ REDIS_URL: url, XOAP_DATA_DIR: dataDirectory }: Config): Promise<Connected> {
  const { redis, examined } = await examineRedis({ url, dataDirectory });
  if (redis) {
    // A node of a cluster would show a part of what there is.
    const unfit = url && (await whyUnfit(redis, readRedisAddress(url) ?? url));
    if (unfit) {
      redis.disconnect();
      throw new BadInput(`${unfit.text}. ${unfit.todo}`);
    }
    return { redis, isOwn: false, close: async () => redis.disconnect() };
  }
  if (!url && !isSocketFound(dataDirectory))
    throw new BadInput(
      'The path of XOAP_DATA_DIR is too long to tell whether a bot runs there. Set REDIS_URL, or a shorter one.',
    );
  if (!url && examined.every(({ state }) => state === 'ok')) {
    const opened = await openRedis({ url, dataDirectory }, createLogger('silent'));
    return { redis: opened.patient, isOwn: true, close: opened.close };
  }
  const reasons = examined.map(({ text }) => text).join('; ');
  throw new BadInput(
    `The Redis of the bot cannot be used: ${reasons}. Start the bot first, or set REDIS_URL.`,
  );
}

/** Does something with the store of the bot that the settings describe. Throws `BadInput` where there is none. */
export async function withStore(
  work: (store: OpenedStore) => Promise<void>,
  config: Config = readSettings(),
): Promise<void> {
  const { XOAP_DATA_DIR: dataDirectory, XOAP_ENCRYPTION_KEYS: configured } = config;
  const { close, ...connected } = await connect(config);
  try {
    await work({ ...connected, config, keys: await loadEncryptionKeys({ configured, dataDirectory }) });
  } finally {
    await close();
  }
}

/** The settings as npm start reads them, those in .env too. */
export function readSettings(): Config {
  loadEnvironmentFile();
  return readConfig();
}

/** Says something on standard error, which no reader of the output sees. */
export const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);
