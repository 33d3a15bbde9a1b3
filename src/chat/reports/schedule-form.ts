import type { Connection } from '../../connections/connection.ts';
import type { Schedule, Selection } from '../../reports/schedule.ts';
import { daysAndTime, weekdays } from '../../reports/timing.ts';
import type { Form, FormField, FormValues } from '../model/form.ts';
import { connectionsField, findConnection, namesIn, one, several, tagsField } from './connection-choices.ts';

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

/** The form of a schedule, for what has been answered so far. */
export function scheduleForm({ token, connections, values, isNew }: ScheduleFormRequest): Form {
  const which = readWhich(values);
  const chosen: FormField[] = {
    all: [],
    tags: [tagsField(field.tags, connections, several(values[field.tags]).join(','))],
    chosen: [
      connectionsField(
        field.connections,
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
