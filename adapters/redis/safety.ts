import type { Redis } from 'ioredis';

/** Something about a Redis that may lose or drop what the bot keeps there, and what to do. */
export type Danger = { readonly text: string; readonly todo: string };

/** Looks at what a Redis may lose or drop. */
export async function dangersOf(redis: Redis): Promise<Danger[]> {
  // INFO and not CONFIG: managed services refuse CONFIG.
  const info = (await Promise.all([redis.info('memory'), redis.info('persistence')])).join('\n');
  const value = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  const policy = value('maxmemory_policy');
  const dangers: Danger[] = [];
  if (policy !== 'noeviction')
    dangers.push({
      text: `Redis may drop connections and jobs when it is full (maxmemory-policy is ${policy ?? 'unknown'})`,
      todo: 'Set maxmemory-policy to noeviction.',
    });
  if (value('aof_enabled') !== '1')
    dangers.push({
      text: 'Redis may lose what was just stored when it stops (appendonly is off)',
      todo: 'Set appendonly to yes.',
    });
  return dangers;
}
