import type { Redis } from 'ioredis';
import { type Claim, linkMinutes, type SecretLinkStore } from '../../src/access/secret-links.ts';
import { keys } from './keys.ts';

/** Answers what the claim came to, and for whom the link was. */
const claimScript = `
local kept = redis.call('HMGET', KEYS[1], 'codeHash', 'workspaceId', 'userId', 'browserHash')
if not kept[1] or (kept[4] and (kept[4] ~= ARGV[2] or kept[1] ~= ARGV[1])) then return {'gone'} end
if kept[1] == ARGV[1] then
  redis.call('HSET', KEYS[1], 'browserHash', ARGV[2])
  return {'claimed', kept[2], kept[3]}
end
local left = tonumber(ARGV[3]) - redis.call('HINCRBY', KEYS[1], 'tries', 1)
if left <= 0 then redis.call('DEL', KEYS[1]) end
return {'wrong', kept[2], kept[3], tostring(left)}`;

/** Keeps links in Redis, each for its time. */
export function createRedisSecretLinks(redis: Redis): SecretLinkStore {
  return {
    async put(idHash, link) {
      const key = keys.secretLink(idHash);
      await redis
        .multi()
        .hset(key, link)
        .expire(key, linkMinutes * 60)
        .exec();
    },
    async isThere(idHash) {
      return (await redis.exists(keys.secretLink(idHash))) === 1;
    },
    async claim(idHash, { codeHash, browserHash, mostTries }): Promise<Claim> {
      const given = [codeHash, browserHash, String(mostTries)];
      const answer = await redis.eval(claimScript, 1, keys.secretLink(idHash), ...given);
      const [kind, workspaceId = '', userId = '', left = '0'] = answer as string[];
      const actor = { workspaceId, userId };
      if (kind === 'claimed') return { kind, actor };
      return kind === 'wrong' ? { kind, actor, left: Math.max(0, Number(left)) } : { kind: 'gone' };
    },
    async find(idHash, browserHash) {
      const kept = await redis.hgetall(keys.secretLink(idHash));
      const { workspaceId, userId, sealed, codeHash, browserHash: given } = kept;
      if (!given || given !== browserHash) return undefined;
      if (!workspaceId || !userId || !sealed || !codeHash) return undefined;
      return { workspaceId, userId, sealed, codeHash };
    },
    async drop(idHash) {
      await redis.del(keys.secretLink(idHash));
    },
  };
}
