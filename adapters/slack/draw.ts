import { type Message, peopleIn } from '../../src/chat/model/message.ts';
import type { People } from './people.ts';
import { render, type SlackMessage } from './render.ts';

/** Draws a message with the names of people who are not to notice that they are named. */
export async function draw(message: Message, people: People): Promise<SlackMessage> {
  const quiet = peopleIn(message).flatMap(({ person, quietly }) => (quietly ? [person] : []));
  const found = [...new Set(quiet)].map(async (id) => [id, (await people.find(id))?.name] as const);
  const named = (await Promise.all(found)).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return render(message, new Map(named));
}
