import type { Redis } from 'ioredis';
import { type Cipher, keyIdIn } from '../../src/connections/cipher.ts';
import { isAppError } from '../../src/errors.ts';
import { scanKeys } from './client.ts';
import { keysOf, workspaceIn, workspacesWith } from './keys.ts';

/** Writes only where nobody else has written since it was read. */
const replaceScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;

type Credential = { readonly workspaceId: string; readonly connectionId: string; readonly sealed: string };

/** Every credential that is sealed with another key than this one. */
async function* sealedOtherwise(redis: Redis, keyId: string): AsyncGenerator<Credential> {
  for await (const connections of scanKeys(redis, workspacesWith.connections)) {
    const workspaceId = workspaceIn(connections);
    for await (const found of redis.hscanStream(keysOf(workspaceId).credentials, { count: 200 })) {
      const flat = found as string[];
      const all = Array.from({ length: flat.length / 2 }, (_none, at) => ({
        workspaceId,
        connectionId: flat[2 * at] ?? '',
        sealed: flat[2 * at + 1] ?? '',
      }));
      yield* all.filter(({ sealed }) => keyIdIn(sealed) !== keyId);
    }
  }
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
  for await (const { workspaceId, connectionId, sealed } of sealedOtherwise(redis, currentKeyId)) {
    const binding = { workspaceId, connectionId };
    try {
      const anew = await cipher.seal(await cipher.open(sealed, binding), binding);
      const key = keysOf(workspaceId).credentials;
      const isKept = (await redis.eval(replaceScript, 1, key, connectionId, sealed, anew)) === 1;
      yield isKept ? 'sealed' : 'changed';
    } catch (error) {
      if (!isAppError(error, 'connections.key-missing', 'connections.sealed-value-invalid')) throw error;
      yield 'unreadable';
    }
  }
}
