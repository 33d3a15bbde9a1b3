import type { Message, Span } from '../../src/chat/model/message.ts';
import type { People } from './people.ts';
import { render, type SlackMessage } from './render.ts';

/** The ids of the people whom a message names quietly. */
function quietPeopleIn({ parts }: Message): string[] {
  const spans = parts.flatMap((part): readonly Span[] => {
    if ('spans' in part) return part.spans;
    return part.kind === 'list' ? part.items.flat() : [];
  });
  const people = spans.flatMap((span) =>
    typeof span === 'object' && 'person' in span && span.quietly ? [span.person] : [],
  );
  return [...new Set(people)];
}

/** Draws a message with the names of people who are not to notice that they are named. */
export async function draw(message: Message, people: People): Promise<SlackMessage> {
  const found = quietPeopleIn(message).map(async (id) => [id, (await people.find(id))?.name] as const);
  const named = (await Promise.all(found)).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return render(message, new Map(named));
}
