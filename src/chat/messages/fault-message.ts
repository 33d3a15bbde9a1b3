import { randomUUID } from 'node:crypto';
import { isAppError } from '../../errors.ts';
import type { Logger } from '../../logger.ts';
import { type Message, say, sentence } from '../model/message.ts';
import { notRecorded } from './access-messages.ts';

/** Said when Redis is away. */
export const databaseAway =
  'The bot cannot reach its database right now. Nothing was changed; try again in a minute.';

/** Said when Redis went away while a form was being taken. */
export const databaseLost =
  'The bot lost its database while it took this, so some of it may be done. Look how it is before you send it again.';

/** Said of a form that is not ours, or not this person's. */
export const noSuchForm = (commandWord: string) =>
  `There is no such form here. Close it and begin anew, as with ${commandWord} connection add.`;

/** What a person is told when what they asked for could not be carried out, and the log too, under one reference. */
export function faultMessage(error: unknown, logger: Logger): Message {
  const reference = randomUUID();
  logger.error({ err: error, reference }, 'a request could not be carried out');
  if (isAppError(error, 'redis.unavailable')) return sentence(databaseAway);
  if (isAppError(error, 'access.not-recorded')) return sentence(notRecorded);
  const text = 'That could not be done, by a fault of this bot.';
  return {
    summary: text,
    parts: [say(`${text} Its operator finds more in the log under `, { code: reference }, '.')],
  };
}
