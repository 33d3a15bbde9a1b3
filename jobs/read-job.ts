import type { z } from 'zod';
import { AppError } from '../src/errors.ts';

/**
 * Reads what a job carries. Fields that this version does not know are left alone: while an upgrade is under way, a newer
 * version puts them there. Throws `jobs.unreadable`, which is not tried again, for what cannot be understood without them.
 */
export function readJob<Schema extends z.ZodType>(schema: Schema, data: unknown): z.output<Schema> {
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  throw new AppError('A job is not as this version of the bot knows it', {
    code: 'jobs.unreadable',
    cause: read.error,
  });
}
