import type { Profile } from '../../catalog/profile.ts';
import type { Connection } from '../../connections/connection.ts';
import type { Schedule, Selection } from '../../reports/schedule.ts';
import { daysAndTime, weekdays } from '../../reports/timing.ts';
import { answersIn, type Form, type FormField, type FormValues } from '../model/form.ts';
import { connectionsField, findConnection, namesIn, oneGroup, tagsField } from './connection-choices.ts';

/** The ids of the fields, which a platform sends back. */
export const scheduleFields = {
  which: 'report.which',
  name: 'report.name',
  tags: 'report.tags',
  connections: 'report.connections',
  days: 'report.days',
  time: 'report.time',
  cron: 'report.cron',
  timeZone: 'report.timeZone',
  conversation: 'report.conversation',
  purpose: 'report.purpose',
  profile: 'report.profile',
  speak: 'report.speak',
  mentions: 'report.mentions',
} as const;

export type Which = Selection['kind'];
export const readWhich = (values: FormValues): Which => {
  const which = values[scheduleFields.which];
  return which === 'tags' || which === 'chosen' ? which : 'all';
};

function whenFields(): FormField[] {
  // Monday first.
  const days = [1, 2, 3, 4, 5, 6, 0].map((day) => [String(day), weekdays[day] ?? ''] as const);
  return [
    {
      id: scheduleFields.days,
      label: 'Days',
      kind: 'checkboxes',
      optional: true,
      choices: oneGroup('Days', days),
      value: '1,2,3,4,5',
    },
    { id: scheduleFields.time, label: 'Time', kind: 'time', optional: true, value: '09:00' },
    {
      id: scheduleFields.cron,
      label: 'Or as cron text',
      kind: 'text',
      optional: true,
      placeholder: '0 9 1 * *',
      hint: 'Minute, hour, day of the month, month, day of the week; in place of days and time.',
      maxLength: 100,
    },
    {
      id: scheduleFields.timeZone,
      label: 'Time zone',
      kind: 'text',
      placeholder: 'Europe/Vienna',
      maxLength: 60,
    },
  ];
}

const howFields: readonly FormField[] = [
  {
    id: scheduleFields.profile,
    label: 'What counts',
    kind: 'select',
    choices: oneGroup('What counts', [
      ['own', 'What each connection asks for'],
      ['minimum', 'The documented minimum alone'],
    ]),
    value: 'own',
  },
  {
    id: scheduleFields.speak,
    label: 'Speak',
    kind: 'select',
    choices: oneGroup('When', [
      ['always', 'Always'],
      ['on-change', 'Only when something changed'],
      ['not-ready', 'Only when something is not ready'],
    ]),
    value: 'always',
  },
  {
    id: scheduleFields.mentions,
    label: 'Mention',
    kind: 'people',
    optional: true,
    hint: 'Nobody unless you name somebody.',
  },
];

/** Stands for all that connections are for. */
const anything = 'any';

/** Which of the things that connections are for is told of; a profile that is gone stays to be seen. */
function purposeField(profiles: ScheduleFormRequest['profiles'], values: FormValues): FormField[] {
  const [chosen = anything] = answersIn(values[scheduleFields.purpose]);
  const isGone = chosen !== anything && !profiles.some(({ id }) => id === chosen);
  const choices = [
    [anything, 'Whatever they are for'],
    ...profiles.map(({ id, title }) => [id, title] as const),
    ...(isGone ? [[chosen, `${chosen} (not there any more)`] as const] : []),
  ] as const;
  if (choices.length < 3) return [];
  return [
    {
      id: scheduleFields.purpose,
      label: 'What for',
      kind: 'select',
      choices: oneGroup('Profiles', choices),
      value: anything,
    },
  ];
}

/** The profile that a report is narrowed to, by its answers. */
export function readPurpose(values: FormValues): string | undefined {
  const [chosen = anything] = answersIn(values[scheduleFields.purpose]);
  return chosen === anything ? undefined : chosen;
}

/** What a schedule says, as the answers that would make it. */
export function answersOf(schedule: Schedule): FormValues {
  const { selection, timing } = schedule;
  const simple = daysAndTime(timing.pattern);
  return {
    [scheduleFields.which]: selection.kind,
    [scheduleFields.name]: schedule.name,
    ...(selection.kind === 'tags' && { [scheduleFields.tags]: selection.tags }),
    ...(selection.kind === 'chosen' && { [scheduleFields.connections]: selection.connectionIds }),
    [scheduleFields.days]: simple?.days.map(String) ?? [],
    [scheduleFields.time]: simple
      ? `${String(simple.hour).padStart(2, '0')}:${String(simple.minute).padStart(2, '0')}`
      : '',
    [scheduleFields.cron]: simple ? '' : timing.pattern,
    [scheduleFields.timeZone]: timing.timeZone,
    [scheduleFields.conversation]: schedule.conversationId,
    [scheduleFields.purpose]: selection.profile ?? anything,
    [scheduleFields.profile]: schedule.profile,
    [scheduleFields.speak]: schedule.speak,
    [scheduleFields.mentions]: schedule.mentions,
  };
}

export type ScheduleFormRequest = {
  readonly token: string;
  /** The connections of the workspace, where some of them are to be chosen. */
  readonly connections: readonly Connection[];
  readonly values: FormValues;
  /** What connections can be for, each once. */
  readonly profiles: readonly Pick<Profile, 'id' | 'title'>[];
  readonly isNew: boolean;
};

/** The form of a schedule, for what has been answered so far. */
export function scheduleForm({ token, connections, values, profiles, isNew }: ScheduleFormRequest): Form {
  const which = readWhich(values);
  const chosen: FormField[] = {
    all: [],
    tags: [tagsField(scheduleFields.tags, connections, answersIn(values[scheduleFields.tags]).join(','))],
    chosen: [
      connectionsField(
        scheduleFields.connections,
        connections,
        namesIn(
          values[scheduleFields.connections],
          (text) => findConnection(connections, text) !== undefined,
        ),
      ),
    ],
  }[which];
  const fields: FormField[] = [
    {
      id: scheduleFields.which,
      label: 'Connections',
      kind: 'select',
      choices: oneGroup('Connections', [
        ['all', 'All'],
        ['tags', 'Those with a tag'],
        ['chosen', 'Those that I choose'],
      ]),
      value: which,
      redraws: true,
    },
    { id: scheduleFields.name, label: 'Name', kind: 'text', placeholder: 'Morning check', maxLength: 80 },
    ...chosen,
    ...whenFields(),
    { id: scheduleFields.conversation, label: 'Channel', kind: 'conversation' },
    ...purposeField(profiles, values),
    ...howFields,
  ];
  const answered = fields.map((each): FormField => {
    const { value: _preset, ...blank } = each;
    if (each.id === scheduleFields.connections || !(each.id in values)) return each;
    const text = answersIn(values[each.id]).join(',');
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
