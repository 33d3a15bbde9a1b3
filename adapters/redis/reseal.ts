import type { Redis } from 'ioredis';
import { type Cipher, keyIdIn } from '../../src/connections/cipher.ts';
import { Replacement } from '../../src/connections/replacements.ts';
import { isAppError } from '../../src/errors.ts';
import { tryJson } from '../../src/json.ts';
import { installationBinding } from '../../src/workspaces/installations.ts';
import { scanKeys } from './client.ts';
import { keysOf, workspaceIn, workspacesWith } from './keys.ts';

/** Writes only where nobody else has written since it was read. */
const replaceScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

const replaceTextScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1`;

type Credential = {
  readonly workspaceId: string;
  readonly connectionId: string;
  readonly sealed: string;
  /** Puts what is sealed anew in its place, if nobody has changed it. */
  put(anew: string): Promise<boolean>;
};

/** The credentials in use. */
async function* inUse(redis: Redis): AsyncGenerator<Credential> {
  for await (const connections of scanKeys(redis, workspacesWith.connections)) {
    const workspaceId = workspaceIn(connections);
    const key = keysOf(workspaceId).credentials;
    for await (const found of redis.hscanStream(key, { count: 200 })) {
      const flat = found as string[];
      for (let at = 0; at < flat.length; at += 2) {
        const [connectionId = '', sealed = ''] = flat.slice(at, at + 2);
        const put = async (anew: string) =>
          (await redis.eval(replaceScript, 1, key, connectionId, sealed, anew)) === 1;
        yield { workspaceId, connectionId, sealed, put };
      }
    }
  }
}

/** Those that wait to be verified. */
async function* waiting(redis: Redis): AsyncGenerator<Credential> {
  for await (const key of scanKeys(redis, { match: 'xoap:{*}:replacement:*' })) {
    const text = (await redis.get(key)) ?? '';
    const replacement = tryJson(text, Replacement);
    if (!replacement) continue;
    yield {
      workspaceId: workspaceIn(key),
      connectionId: key.slice(key.lastIndexOf(':') + 1),
      sealed: replacement.sealed,
      put: async (sealed) => {
        const anew = JSON.stringify({ ...replacement, sealed });
        return (await redis.eval(replaceTextScript, 1, key, text, anew)) === 1;
      },
    };
  }
}

/** What workspaces gave when the bot was installed there. */
async function* ofInstallations(redis: Redis): AsyncGenerator<Credential> {
  for await (const key of scanKeys(redis, workspacesWith.installation)) {
    const sealed = await redis.hget(key, 'sealed');
    if (sealed === null) continue;
    const put = async (anew: string) =>
      (await redis.eval(replaceScript, 1, key, 'sealed', sealed, anew)) === 1;
    yield { ...installationBinding(workspaceIn(key)), sealed, put };
  }
}

async function* allCredentials(redis: Redis): AsyncGenerator<Credential> {
  yield* ofInstallations(redis);
  yield* waiting(redis);
  yield* inUse(redis);
}

/**
 * Seals credentials anew that are sealed with another key than the current one; one at a time, and each only if nobody
 * changed it meanwhile. Tells what became of each.
 */
export async function* resealCredentials(
  redis: Redis,
  cipher: Pick<Cipher, 'open' | 'seal'>,
  currentKeyId: string,
): AsyncGenerator<'sealed' | 'changed' | 'unreadable'> {
  for await (const { workspaceId, connectionId, sealed, put } of allCredentials(redis)) {
    if (keyIdIn(sealed) === currentKeyId) continue;
    const binding = { workspaceId, connectionId };
    try {
      const anew = await cipher.seal(await cipher.open(sealed, binding), binding);
      yield (await put(anew)) ? 'sealed' : 'changed';
    } catch (error) {
      if (!isAppError(error, 'connections.key-missing', 'connections.sealed-value-invalid')) throw error;
      yield 'unreadable';
    }
  }
}
