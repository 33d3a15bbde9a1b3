import { z } from 'zod';
import { type Contradictions, setting } from '../../src/setting.ts';
import { readRedisAddress } from './address.ts';

/** What the operator sets for Redis. */
export const redisSettings = {
  REDIS_URL: setting(
    'production',
    'Redis to use: redis://, redis+cluster:// or redis+sentinel://; without it the bot starts a private redis-server in its data directory.',
    z
      .string()
      .refine((text) => readRedisAddress(text) !== undefined, {
        error:
          'must be redis://HOST:PORT, redis+cluster://HOST:PORT,HOST:PORT or redis+sentinel://HOST:PORT,HOST:PORT/NAME; rediss with TLS',
      })
      .optional(),
  ),
  XOAP_DATA_DIR: setting(
    'anywhere',
    'Directory for the private Redis and, outside production, the generated encryption key.',
    z.string().min(1).default('.xoap'),
  ),
};

export const redisContradictions: Contradictions = ({
  XOAP_PROCESS: kind = 'all',
  REDIS_URL: url,
  NODE_ENV,
}) => {
  if (url) return [];
  if (kind !== 'all')
    return [`REDIS_URL: is missing; XOAP_PROCESS=${kind} shares Redis with other processes`];
  return NODE_ENV === 'production'
    ? ['REDIS_URL: is missing; production keeps its connections in a Redis that is backed up and watched']
    : [];
};
