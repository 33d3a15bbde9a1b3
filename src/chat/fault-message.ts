import { isAppError } from '../errors.ts';
import { type Message, say, sentence } from './message.ts';

/** Said when Redis is away. */
export const databaseAway =
  'The bot cannot reach its database right now. Nothing was changed; try again in a minute.';

/** What a person is told when their command or click could not be carried out; the reference stands in the log too. */
export function faultMessage(error: unknown, reference: string): Message {
  if (isAppError(error, 'redis.unavailable')) return sentence(databaseAway);
  const text = 'That could not be done, by a fault of this bot.';
  return {
    summary: text,
    parts: [say(`${text} Its operator finds more in the log under `, { code: reference }, '.')],
  };
}
