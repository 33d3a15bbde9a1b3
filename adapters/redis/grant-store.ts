import type { Redis } from 'ioredis';
import { Grant, type GrantStore, type Holder } from '../../src/access/grants.ts';
import type { NoteUnreadable } from '../../src/connections/unreadable.ts';
import { keys, keysOf } from './keys.ts';
import { type RecordKind, recordReader, textOf } from './records.ts';

export const grantRecords: RecordKind<typeof Grant> = { name: 'role', schema: Grant, steps: [] };

const fieldOf = ({ kind, id }: Holder) => `${kind}:${id}`;

/** Changes one role; where an admin has to be left, only if one is. */
const changeScript = `
if ARGV[3] == '1' then
  local left = 0
  local all = redis.call('HGETALL', KEYS[1])
  for at = 1, #all, 2 do
    local isRead, grant = pcall(cjson.decode, all[at + 1])
    if all[at] ~= ARGV[1] and isRead and grant.kind == 'person' and grant.role == 'admin' then left = left + 1 end
  end
  local before = redis.call('HGET', KEYS[1], ARGV[1])
  local isRead, was = pcall(cjson.decode, before or '{}')
  local isAdmin = isRead and was.role == 'admin'
  if isAdmin and left == 0 and ARGV[4] ~= '1' then return 'last-admin' end
end
if ARGV[2] == '' then redis.call('HDEL', KEYS[1], ARGV[1]) else redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end
return 'changed'`;

/** Keeps the roles of each workspace in a Redis hash. */
export function createRedisGrantStore(redis: Redis, note: NoteUnreadable): GrantStore {
  const records = recordReader(grantRecords, note);
  return {
    async all(workspaceId) {
      const { access: key } = keysOf(workspaceId);
      const all = Object.entries(await redis.hgetall(key));
      return all.flatMap(([field, text]) => records.read(text, { workspaceId, key, field }) ?? []);
    },
    async change(workspaceId, change, { keepsAdmin }) {
      const holder = 'give' in change ? change.give : change.takeFrom;
      const text = 'give' in change ? textOf(grantRecords, change.give) : '';
      const staysAdmin = 'give' in change && change.give.role === 'admin';
      const values = [fieldOf(holder), text, keepsAdmin ? '1' : '', staysAdmin ? '1' : ''];
      const outcome = await redis.eval(changeScript, 1, keysOf(workspaceId).access, ...values);
      if (outcome === 'changed') await redis.incr(keys.accessVersion);
      return outcome as 'changed' | 'last-admin';
    },
    async version() {
      return (await redis.get(keys.accessVersion)) ?? '0';
    },
  };
}
