import type { Redis } from 'ioredis';
import { keysOf } from './keys.ts';

/** Seconds for which what a request carried is known as seen. */
export const onceSeconds = 600;

/** Claims what a request carried, as the scripts that store something do with it; false where it was claimed before. */
export async function claimOnce(redis: Redis, workspaceId: string, once: string): Promise<boolean> {
  return (await redis.set(keysOf(workspaceId).once(once), '1', 'EX', onceSeconds, 'NX')) === 'OK';
}
