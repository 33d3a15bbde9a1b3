import type { Redis } from 'ioredis';
import type { IssuerKeyStore } from '../../src/issuer/issuer-keys.ts';
import { KeyRing } from '../../src/issuer/key-ring.ts';
import { readJson } from '../../src/json.ts';
import { keys } from './keys.ts';

/** Replaces what is as it was read; an empty text is none. */
const replaceScript = `
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1`;

const textOf = (ring: KeyRing) => (ring.length === 0 ? '' : JSON.stringify(ring));

/** Keeps the keys that the bot signs its tokens with, sealed. */
export function createRedisIssuerKeys(redis: Redis): IssuerKeyStore {
  return {
    async read() {
      const text = await redis.get(keys.issuerKeys);
      return text ? readJson(text, KeyRing) : [];
    },
    async replace(was, is) {
      return (await redis.eval(replaceScript, 1, keys.issuerKeys, textOf(was), textOf(is))) === 1;
    },
  };
}
