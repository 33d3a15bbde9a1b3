import { examineRedis } from '../../../adapters/redis/examine.ts';
import { type Config, loadEnvironmentFile, readConfig } from '../../config/config.ts';
import { loadEncryptionKeys } from '../../connections/encryption-keys.ts';
import { BadInput } from '../bad-input.ts';

/** What the bot keeps, as a command that tends it gets to it. */
export type OpenedStore = {
  readonly redis: NonNullable<Awaited<ReturnType<typeof examineRedis>>['redis']>;
  readonly config: Config;
  /** Encryption keys, the current one first. */
  readonly keys: readonly Uint8Array[];
};

/** Does something with the store of the bot that the settings describe. Throws `BadInput` where there is none. */
export async function withStore(
  work: (store: OpenedStore) => Promise<void>,
  config: Config = readSettings(),
): Promise<void> {
  const { XOAP_DATA_DIR: dataDirectory, XOAP_ENCRYPTION_KEYS: configured } = config;
  const { redis, examined } = await examineRedis({ url: config.REDIS_URL, dataDirectory });
  if (!redis) {
    const reasons = examined.map(({ text }) => text).join('; ');
    throw new BadInput(
      `The Redis of the bot cannot be used: ${reasons}. Start the bot first, or set REDIS_URL.`,
    );
  }
  try {
    await work({ redis, config, keys: await loadEncryptionKeys({ configured, dataDirectory }) });
  } finally {
    redis.disconnect();
  }
}

/** The settings as npm start reads them, those in .env too. */
export function readSettings(): Config {
  loadEnvironmentFile();
  return readConfig();
}

/** Says something on standard error, which no reader of the output sees. */
export const say = (sentence: string) => void process.stderr.write(`${sentence}\n`);
