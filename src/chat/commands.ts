import { distance } from 'fastest-levenshtein';
import type { Action } from '../access/actions.ts';

/** Every command, once, for every platform, with the act that it is; what takes nothing is for everybody. */
export const commands = [
  {
    id: 'help',
    takes: undefined,
    words: 'help',
    argument: undefined,
    summary: 'Shows this list.',
    example: 'help',
  },
  {
    id: 'home',
    takes: 'connection.list',
    words: 'home',
    argument: undefined,
    summary: 'Shows how all connections and reports stand, problems first.',
    example: 'home',
  },
  {
    id: 'connection-add',
    takes: 'connection.add',
    words: 'connection add',
    argument: '[PROVIDER]',
    summary: 'Adds a connection and verifies what its credential may do.',
    example: 'connection add aws',
  },
  {
    id: 'connection-list',
    takes: 'connection.list',
    words: 'connection list',
    argument: '[TEXT]',
    summary: 'Lists connections with their latest verdict; TEXT narrows it to names that contain it.',
    example: 'connection list prod',
  },
  {
    id: 'connection-verify',
    takes: 'connection.verify',
    words: 'connection verify',
    argument: 'NAME, --tag TAG or --all',
    summary:
      'Verifies a connection again and answers in this conversation; those with a tag, or all, in one report.',
    example: 'connection verify prod-eu',
  },
  {
    id: 'connection-show',
    takes: 'connection.show',
    words: 'connection show',
    argument: 'NAME',
    summary:
      'Shows what is known of a connection: where, whose, its verdicts, and the age of its credential.',
    example: 'connection show prod-eu',
  },
  {
    id: 'connection-edit',
    takes: 'connection.change',
    words: 'connection edit',
    argument: 'NAME',
    summary:
      'Changes the name, tags, region, objects and options of a connection, or how it signs in: without a secret.',
    example: 'connection edit prod-eu',
  },
  {
    id: 'connection-rotate',
    takes: 'connection.change',
    words: 'connection rotate',
    argument: 'NAME',
    summary: 'Replaces the credential of a connection, once the new one has signed in; its history stays.',
    example: 'connection rotate prod-eu',
  },
  {
    id: 'connection-remove',
    takes: 'connection.remove',
    words: 'connection remove',
    argument: 'NAME',
    summary: 'Removes a connection and its credential, after asking.',
    example: 'connection remove prod-eu',
  },
  {
    id: 'report-now',
    takes: 'report.ask',
    words: 'report now',
    argument: '[NAME]',
    summary: 'Verifies all connections, or those of a scheduled report, and reports here.',
    example: 'report now',
  },
  {
    id: 'report-schedule',
    takes: 'report.schedule',
    words: 'report schedule',
    argument: undefined,
    summary: 'Schedules a report: which connections, when, where, and when it speaks.',
    example: 'report schedule',
  },
  {
    id: 'permissions',
    takes: undefined,
    words: 'permissions',
    argument: 'PROVIDER',
    summary: 'Shows what image builds need at a provider, and how to give it; needs no connection.',
    example: 'permissions aws',
  },
  {
    id: 'report-list',
    takes: 'report.list',
    words: 'report list',
    argument: '[TEXT]',
    summary:
      'Lists the scheduled reports with when each comes next; TEXT narrows it to names that contain it.',
    example: 'report list morning',
  },
  {
    id: 'report-preview',
    takes: 'report.list',
    words: 'report preview',
    argument: '[NAME]',
    summary: 'Shows what a report would say of what is known already; calls no provider.',
    example: 'report preview',
  },
  {
    id: 'report-pause',
    takes: 'report.change',
    words: 'report pause',
    argument: 'NAME',
    summary: 'Pauses a scheduled report.',
    example: 'report pause Morning check',
  },
  {
    id: 'report-resume',
    takes: 'report.change',
    words: 'report resume',
    argument: 'NAME',
    summary: 'Lets a paused or snoozed report come again.',
    example: 'report resume Morning check',
  },
  {
    id: 'report-remove',
    takes: 'report.remove',
    words: 'report remove',
    argument: 'NAME',
    summary: 'Removes a scheduled report, after asking.',
    example: 'report remove Morning check',
  },
  {
    id: 'status',
    takes: undefined,
    words: 'status',
    argument: undefined,
    summary: 'Shows whether the bot works: what waits, who verifies what, and what failed lately.',
    example: 'status',
  },
  {
    id: 'access',
    takes: 'access.change',
    words: 'access',
    argument: undefined,
    summary: 'Shows who has which role here, and gives or takes them.',
    example: 'access',
  },
] as const satisfies readonly {
  readonly takes: Action | undefined;
  readonly [fact: string]: string | undefined;
}[];

export type Command = (typeof commands)[number];
export type CommandId = Command['id'];

/** Commands that do nothing but open a form. */
export const formCommands: readonly CommandId[] = [
  'connection-add',
  'connection-edit',
  'connection-rotate',
  'report-schedule',
];

/** Other words that people type for a command: of other tools, and without the word that is always the same. */
export const aliases: Partial<Record<CommandId, readonly string[]>> = {
  home: ['overview'],
  access: ['roles', 'access list'],
  permissions: ['permission', 'requirements'],
  'connection-add': ['add', 'connection new', 'connection create'],
  'connection-list': ['list', 'ls', 'connection ls'],
  'connection-verify': ['verify', 'check', 'connection check'],
  'connection-show': ['show'],
  'connection-edit': ['edit', 'connection rename', 'connection change'],
  'connection-rotate': ['rotate', 'connection replace'],
  'connection-remove': ['remove', 'rm', 'delete', 'connection rm', 'connection delete'],
  'report-now': ['report verify', 'report run'],
  'report-schedule': ['schedule', 'report add', 'report new', 'report create'],
  'report-list': ['reports', 'report ls', 'report show'],
  'report-preview': ['preview'],
  'report-pause': ['pause', 'report stop'],
  'report-resume': ['resume', 'report start'],
  'report-remove': ['report rm', 'report delete'],
};

/** What each command is typed as. */
const spellings = commands.flatMap((command) =>
  [command.words, ...(aliases[command.id] ?? [])].map((words) => ({ words, id: command.id })),
);

/** The act that a command is. */
export const actionOf = (id: CommandId): Action | undefined => commands.find((each) => each.id === id)?.takes;

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
  if (found)
    return { kind: 'command', id: found.id, argument: unquote(input.slice(found.words.length).trim()) };
  return { kind: 'unknown', typed: input, meant: meantBy(input) };
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
