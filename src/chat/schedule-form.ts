import { type Connection, comparableName } from '../connections/connection.ts';
import type { Schedule, Selection } from '../reports/schedule.ts';
import { daysAndTime, weekdays } from '../reports/timing.ts';
import type { Form, FormField, FormValues } from './form.ts';
import { typed } from './message.ts';

/** What the form remembers: where it was asked for, by whose clocks, and the schedule it changes, if any. */
export type ScheduleDraft = {
  readonly conversationId: string;
  readonly timeZone: string;
  /** Whether the form asks where the report goes; elsewhere it goes where the form was asked for, whatever comes back. */
  readonly isPicked: boolean;
  readonly schedule: string;
};

/** The draft of a schedule that is not there yet. */
export const newSchedule = '';

/** The ids of the fields, which a platform sends back. */
export const field = {
  which: 'report.which',
  name: 'report.name',
  tags: 'report.tags',
  connections: 'report.connections',
  days: 'report.days',
  time: 'report.time',
  cron: 'report.cron',
  timeZone: 'report.timeZone',
  conversation: 'report.conversation',
  profile: 'report.profile',
  speak: 'report.speak',
  mentions: 'report.mentions',
} as const;

export type Which = Selection['kind'];
export const readWhich = (values: FormValues): Which => {
  const which = values[field.which];
  return which === 'tags' || which === 'chosen' ? which : 'all';
};

/** Choices in a list; platforms take no more. Where there are more, names are typed. */
const mostListed = 100;
/** Characters of all names in a list, so that a card has room for them. */
const mostCharacters = 6_000;

const one = (label: string, choices: readonly (readonly [string, string])[]) => [
  { label, choices: choices.map(([value, text]) => ({ value, label: text })) },
];

/** Characters of a choice that platforms show. */
const longestLabel = 75;
const shortened = (text: string) =>
  text.length > longestLabel ? `${[...text].slice(0, longestLabel / 2).join('')}…` : text;

/** A connection by its id or its name. */
export function findConnection(connections: readonly Connection[], answer: string): Connection | undefined {
  const name = comparableName(answer);
  return connections.find((each) => each.id === answer || comparableName(each.name) === name);
}

const isListed = (texts: readonly string[]) =>
  texts.length > 0 && texts.length <= mostListed && texts.join('').length <= mostCharacters;

function tagsField(connections: readonly Connection[], value: string): FormField {
  const tags = [...new Set(connections.flatMap((connection) => connection.tags))].sort();
  const shared = {
    id: field.tags,
    label: 'Tags',
    value,
    hint: 'Connections with one of these tags, also those added later.',
  };
  if (!isListed(tags)) return { ...shared, kind: 'text', placeholder: 'production, europe' };
  return {
    ...shared,
    kind: 'multiselect',
    choices: one(
      'Tags',
      tags.map((tag) => [tag, tag] as const),
    ),
  };
}

/** Characters that a field can be filled in with. */
const mostFilledIn = 2_800;

const namesOf = (connections: readonly Connection[], chosen: readonly string[]) =>
  connections.filter(({ id }) => chosen.includes(id)).map(({ name }) => name);

/** Whether chosen connections can be shown in the form again, to be changed. */
export function fitsAgain(selection: Selection, connections: readonly Connection[]): boolean {
  if (selection.kind !== 'chosen' || isListed(connections.map(({ name }) => name))) return true;
  return namesOf(connections, selection.connectionIds).join('\n').length <= mostFilledIn;
}

/** Chosen from a list where it is short enough for one, typed by name elsewhere. */
function connectionsField(connections: readonly Connection[], chosen: readonly string[]): FormField {
  const shared = { id: field.connections, label: 'Connections' };
  if (isListed(connections.map(({ name }) => name))) {
    const choices = one(
      'Connections',
      connections.map(({ id, name }) => [id, shortened(typed(name))] as const),
    );
    return { ...shared, kind: 'multiselect', choices, value: chosen.join(',') };
  }
  const names = namesOf(connections, chosen);
  // What was typed and not found stays to be mended.
  const value = names.length > 0 ? names.join('\n') : chosen.join('\n');
  const hint = 'Their names, one a line.';
  if (value.length <= mostFilledIn) return { ...shared, kind: 'multiline', hint, value };
  const stay = `${hint} Left empty, the ${chosen.length} that are chosen stay.`;
  return { ...shared, kind: 'multiline', hint: stay, optional: true };
}

function whenFields(): FormField[] {
  // Monday first.
  const days = [1, 2, 3, 4, 5, 6, 0].map((day) => [String(day), weekdays[day] ?? ''] as const);
  return [
    {
      id: field.days,
      label: 'Days',
      kind: 'checkboxes',
      optional: true,
      choices: one('Days', days),
      value: '1,2,3,4,5',
    },
    { id: field.time, label: 'Time', kind: 'time', optional: true, value: '09:00' },
    {
      id: field.cron,
      label: 'Or as cron text',
      kind: 'text',
      optional: true,
      placeholder: '0 9 1 * *',
      hint: 'Minute, hour, day of the month, month, day of the week; in place of days and time.',
      maxLength: 100,
    },
    { id: field.timeZone, label: 'Time zone', kind: 'text', placeholder: 'Europe/Vienna', maxLength: 60 },
  ];
}

const howFields: readonly FormField[] = [
  {
    id: field.profile,
    label: 'Profile',
    kind: 'select',
    choices: one('Profiles', [
      ['own', 'What each connection asks for'],
      ['minimum', 'The documented minimum alone'],
    ]),
    value: 'own',
  },
  {
    id: field.speak,
    label: 'Speak',
    kind: 'select',
    choices: one('When', [
      ['always', 'Always'],
      ['on-change', 'Only when something changed'],
      ['not-ready', 'Only when something is not ready'],
    ]),
    value: 'always',
  },
  {
    id: field.mentions,
    label: 'Mention',
    kind: 'people',
    optional: true,
    hint: 'Nobody unless you name somebody.',
  },
];

/** What a schedule says, as the answers that would make it. */
export function answersOf(schedule: Schedule): FormValues {
  const { selection, timing } = schedule;
  const simple = daysAndTime(timing.pattern);
  return {
    [field.which]: selection.kind,
    [field.name]: schedule.name,
    ...(selection.kind === 'tags' && { [field.tags]: selection.tags }),
    ...(selection.kind === 'chosen' && { [field.connections]: selection.connectionIds }),
    [field.days]: simple?.days.map(String) ?? [],
    [field.time]: simple
      ? `${String(simple.hour).padStart(2, '0')}:${String(simple.minute).padStart(2, '0')}`
      : '',
    [field.cron]: simple ? '' : timing.pattern,
    [field.timeZone]: timing.timeZone,
    [field.conversation]: schedule.conversationId,
    [field.profile]: schedule.profile,
    [field.speak]: schedule.speak,
    [field.mentions]: schedule.mentions,
  };
}

export type ScheduleFormRequest = {
  readonly token: string;
  /** The connections of the workspace, where some of them are to be chosen. */
  readonly connections: readonly Connection[];
  readonly values: FormValues;
  readonly isNew: boolean;
};

/** Names that were typed one a line, or ids from a list: a name may hold commas, an id holds none. */
export function namesIn(value: FormValues[string], isName: (text: string) => boolean): string[] {
  const lines = typeof value === 'string' ? value.split('\n') : [...(value ?? [])];
  const told = lines.map((line) => line.trim()).filter(Boolean);
  return told.flatMap((line) => (isName(line) ? [line] : several(line)));
}

/** The answers to a question as a list. */
export const several = (value: FormValues[string]): string[] =>
  (typeof value === 'string' ? value.split(/[,\n]/) : [...(value ?? [])])
    .map((text) => text.trim())
    .filter(Boolean);

/** The form of a schedule, for what has been answered so far. */
export function scheduleForm({ token, connections, values, isNew }: ScheduleFormRequest): Form {
  const which = readWhich(values);
  const chosen: FormField[] = {
    all: [],
    tags: [tagsField(connections, several(values[field.tags]).join(','))],
    chosen: [
      connectionsField(
        connections,
        namesIn(values[field.connections], (text) => findConnection(connections, text) !== undefined),
      ),
    ],
  }[which];
  const fields: FormField[] = [
    {
      id: field.which,
      label: 'Connections',
      kind: 'select',
      choices: one('Connections', [
        ['all', 'All'],
        ['tags', 'Those with a tag'],
        ['chosen', 'Those that I choose'],
      ]),
      value: which,
      redraws: true,
    },
    { id: field.name, label: 'Name', kind: 'text', placeholder: 'Morning check', maxLength: 80 },
    ...chosen,
    ...whenFields(),
    { id: field.conversation, label: 'Channel', kind: 'conversation' },
    ...howFields,
  ];
  const answered = fields.map((each): FormField => {
    const { value: _preset, ...blank } = each;
    if (each.id === field.connections || !(each.id in values)) return each;
    const text = several(values[each.id]).join(',');
    return text === '' ? blank : { ...each, value: text };
  });
  return {
    title: isNew ? 'Schedule a report' : 'Change a schedule',
    submitLabel: isNew ? 'Schedule' : 'Change',
    token,
    fields: answered,
    notes: [['Each report verifies its connections anew. Nothing is created at any provider.']],
    snippets: [],
  };
}
