import { type Message, type Part, say } from '../../src/chat/model/message.ts';
import { limits } from './limits.ts';
import { isFile } from './paginate.ts';

/** What it takes to attach a file: an optional scope. */
export const filesScope = 'files:write';

const reason = `This workspace does not let the bot attach files (scope ${filesScope})`;

/** Cuts a text behind the ends of lines into pieces that each fit a block; a line that is longer is cut too. */
export function cutAtLines(text: string, most: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > most) {
    const end = rest.lastIndexOf('\n', most - 1) + 1 || most;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}

/** A long snippet as several messages: all of it is there, and the first one says how it is put together. */
export function inPieces({ summary, parts }: Message): Message[] {
  const snippet = parts.find(isFile);
  const pieces = cutAtLines(snippet?.text ?? '', limits.block.characters);
  return pieces.map((text, index) => {
    const number = `${summary}, part ${index + 1} of ${pieces.length}`;
    const how = `${reason}, so this comes in parts: copy them one behind the other, with nothing between them.`;
    const code: Part = { kind: 'code', text, language: snippet?.language ?? 'text' };
    return { summary: number, parts: [say(index === 0 ? `${number}. ${how}` : number), code] };
  });
}

/** A picture as the words that say the same. */
export const asWords = (title: string, alt: string): Message => ({
  summary: title,
  parts: [say(title), say(alt), say(`${reason}, so the picture is left out.`)],
});
