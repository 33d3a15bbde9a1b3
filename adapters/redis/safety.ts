import type { Redis } from 'ioredis';

/** Something about a Redis that may lose or drop what the bot keeps there, and what to do. */
export type Danger = {
  readonly text: string;
  readonly todo: string;
  /** Nothing is lost yet. */
  readonly isAhead?: true;
};

/** Part of what a Redis may hold from which on it is said that it fills up. */
const nearlyFull = 0.8;

/** The bytes that a Redis uses, and may use; 0 for no limit. */
export async function memoryOf(redis: Redis): Promise<{ readonly used: number; readonly most: number }> {
  const info = await redis.info('memory');
  const value = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  return { used: value('used_memory'), most: value('maxmemory') };
}

/** That a Redis fills up, ahead of the moment when it refuses to write. */
export async function fillingUp(redis: Redis): Promise<Danger | undefined> {
  const { used, most } = await memoryOf(redis);
  if (most === 0 || used < most * nearlyFull) return undefined;
  const share = Math.round((100 * used) / most);
  return {
    text: `Redis is ${share} % full (${Math.round(most / 2 ** 20)} MB), and refuses to write when it is full`,
    todo: 'Give it more memory (maxmemory); docs/operations.md says how much connections need.',
    isAhead: true,
  };
}

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
  const ahead = await fillingUp(redis);
  return ahead ? [...dangers, ahead] : dangers;
}
