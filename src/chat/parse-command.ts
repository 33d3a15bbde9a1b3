import { distance } from 'fastest-levenshtein';
import { aliases, type CommandId, commands } from './commands.ts';

/** What each command is typed as. */
const spellings = commands.flatMap((command) =>
  [command.words, ...(aliases[command.id] ?? [])].map((words) => ({ words, id: command.id })),
);

export type ParsedCommand =
  | { readonly kind: 'command'; readonly id: CommandId; readonly argument: string }
  | {
      readonly kind: 'unknown';
      readonly typed: string;
      /** What was probably meant, in whole; undefined where nothing is near. */
      readonly meant: string | undefined;
    };

/** Signs that people put around a name: quotation marks, also those that keyboards make of them, and those of chat. */
const quoted = /^(?:"(.*)"|'(.*)'|“(.*)”|„(.*)[“”]|«(.*)»|‘(.*)’|`(.*)`|\*(.*)\*)$/s;

/** A text without the signs that people put around it. */
export function unquote(text: string): string {
  const match = quoted.exec(text);
  return match ? (match.slice(1).find((inner) => inner !== undefined) ?? text) : text;
}

/** Reads what stands behind the bot's name. Words in any case; the rest is one argument, quoted or not. */
export function parseCommand(text: string): ParsedCommand {
  const input = text.replace(/\s+/g, ' ').trim();
  if (input === '') return { kind: 'command', id: 'help', argument: '' };
  const lower = input.toLowerCase();
  const found = spellings.find(({ words }) => lower === words || lower.startsWith(`${words} `));
  if (found) return { kind: 'command', id: found.id, argument: argumentOf(found, text, input) };
  return { kind: 'unknown', typed: input, meant: meantBy(input) };
}

/** Commands whose argument is a text of several lines, which stays as it is. */
const takesLines: readonly CommandId[] = ['explain'];

function argumentOf({ id, words }: { id: CommandId; words: string }, text: string, input: string): string {
  return takesLines.includes(id)
    ? text.trim().slice(words.length).trim()
    : unquote(input.slice(words.length).trim());
}

/** How many characters differ between two texts, of those that there are: 0 for none, 1 for all. */
const farness = (one: string, other: string) => distance(one, other) / Math.max(one.length, other.length, 1);

/** How far words may be from a command that was meant. */
const mostFar = 0.5;

/** The command whose words are closest to those at the beginning of what was typed, with what follows them. */
function meantBy(input: string): string | undefined {
  const words = input.split(' ');
  const first = words[0]?.toLowerCase();
  // Whoever got the first word right means one of its commands.
  const group = spellings.filter((spelling) => spelling.words.startsWith(`${first} `));
  const ranked = (group.length > 0 ? group : spellings).map(({ words: spelling, id }) => {
    const length = spelling.split(' ').length;
    const typed = words.slice(0, length).join(' ').toLowerCase();
    return { id, farness: farness(typed, spelling), argument: words.slice(length).join(' ') };
  });
  const closest = ranked.reduce((best, each) => (each.farness < best.farness ? each : best));
  if (group.length === 0 && closest.farness > mostFar) return undefined;
  const command = commands.find(({ id }) => id === closest.id);
  return [command?.words, command?.argument && unquote(closest.argument)].filter(Boolean).join(' ');
}
