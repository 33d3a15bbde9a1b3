import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { PictureShelf } from '../../src/reports/pictures/picture-shelf.ts';
import { keys } from './keys.ts';

const keptSeconds = 7 * 24 * 3_600;

/** Keeps pictures in Redis, so that every bot of an installation can hand out what any worker drew. */
export function createRedisPictureShelf(redis: Redis): PictureShelf {
  return {
    async put({ png }) {
      const name = randomBytes(24).toString('hex');
      await redis.set(keys.picture(name), png, 'EX', keptSeconds);
      return name;
    },
    async find(name) {
      const png = /^[0-9a-f]{48}$/.test(name) ? await redis.get(keys.picture(name)) : null;
      return png === null ? undefined : Buffer.from(png, 'base64');
    },
  };
}
