import { type Connection, ConnectionDetails } from '../../connections/connection.ts';
import { nearestByName } from '../../connections/nearest-name.ts';
import { inOurWords } from '../../providers/credential-form.ts';
import { ReportProfile, type Schedule, type Selection, Speak } from '../../reports/schedule.ts';
import { findTimeZone, nearestTimeZone } from '../../reports/time-zones.ts';
import { dailyPattern, patternProblem, type Timing } from '../../reports/timing.ts';
import { answersIn, type FormValues } from '../model/form.ts';
import { findConnection, namesIn } from './connection-choices.ts';
import { readPurpose, readWhich, scheduleFields } from './schedule-form.ts';

/** What was decided about a schedule, or a sentence for each answer that was not accepted. */
export type ScheduleAnswers = Pick<
  Schedule,
  'name' | 'selection' | 'timing' | 'conversationId' | 'profile' | 'speak' | 'mentions'
>;
type Problems = Record<string, string>;
type Read<Value> = { readonly value: Value } | { readonly problems: Problems };

/** What answers are held against. */
export type AnswerContext = {
  readonly connections: readonly Connection[];
  /** Where the form was asked for, or where the schedule went so far. */
  readonly conversationId: string;
  /** Whether the form asked where the report goes. */
  readonly isPicked: boolean;
  /** What the schedule was about so far, if it is there. */
  readonly before: Selection | undefined;
};

const text = (value: FormValues[string]) => (typeof value === 'string' ? value.trim() : '');
const problem = (id: string, sentence: string) => ({ problems: { [id]: sentence } });

function readName(values: FormValues): Read<string> {
  const read = ConnectionDetails.shape.name.safeParse(text(values[scheduleFields.name]), inOurWords);
  if (read.success) return { value: read.data };
  const isEmpty = text(values[scheduleFields.name]) === '';
  return problem(
    scheduleFields.name,
    isEmpty ? 'Enter a name, such as Morning check.' : (read.error.issues[0]?.message ?? ''),
  );
}

function readSelection(values: FormValues, { connections, before }: AnswerContext): Read<Selection> {
  const which = readWhich(values);
  if (which === 'all') return { value: { kind: 'all' } };
  if (which === 'tags') {
    const tags = answersIn(values[scheduleFields.tags]);
    const known = new Set(connections.flatMap((each) => each.tags.map((tag) => tag.toLowerCase())));
    const strange = tags.find((tag) => !known.has(tag.toLowerCase()));
    if (strange) return problem(scheduleFields.tags, `No connection has the tag "${strange}".`);
    return tags.length > 0
      ? { value: { kind: 'tags', tags } }
      : problem(scheduleFields.tags, 'Name at least one tag.');
  }
  const answers = namesIn(
    values[scheduleFields.connections],
    (answer) => findConnection(connections, answer) !== undefined,
  );
  // A list that was too long to be filled in again comes back empty, and stays as it is.
  if (answers.length === 0 && before?.kind === 'chosen')
    return { value: { kind: 'chosen', connectionIds: before.connectionIds } };
  if (answers.length === 0) return problem(scheduleFields.connections, 'Choose at least one connection.');
  const found = answers.map((answer) => ({ answer, connection: findConnection(connections, answer) }));
  const strange = found.find(({ connection }) => !connection);
  if (strange) {
    const nearest = nearestByName(connections, strange.answer);
    const hint = nearest ? ` Did you mean ${nearest.name}?` : '';
    return problem(scheduleFields.connections, `There is no connection "${strange.answer}" here.${hint}`);
  }
  const connectionIds = found.flatMap(({ connection }) => (connection ? [connection.id] : []));
  return { value: { kind: 'chosen', connectionIds: [...new Set(connectionIds)] } };
}

function readPattern(values: FormValues): Read<string> {
  const cron = text(values[scheduleFields.cron]).replace(/\s+/g, ' ');
  if (cron) {
    const wrong = patternProblem(cron);
    return wrong ? problem(scheduleFields.cron, wrong) : { value: cron };
  }
  const days = answersIn(values[scheduleFields.days])
    .map(Number)
    .filter((day) => Number.isInteger(day) && day >= 0 && day <= 6);
  if (days.length === 0)
    return problem(scheduleFields.days, 'Choose at least one day, or write a cron text.');
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text(values[scheduleFields.time]));
  if (!match) return problem(scheduleFields.time, 'Enter a time of day, such as 09:00.');
  return { value: dailyPattern(days, { hour: Number(match[1]), minute: Number(match[2]) }) };
}

function readTiming(values: FormValues): Read<Timing> {
  const pattern = readPattern(values);
  const answer = text(values[scheduleFields.timeZone]);
  const timeZone = findTimeZone(answer);
  const wrong = answer
    ? `There is no time zone "${answer}". Did you mean ${nearestTimeZone(answer)}?`
    : 'Enter a time zone, such as Europe/Vienna.';
  const problems: Problems = {
    ...('problems' in pattern ? pattern.problems : {}),
    ...(timeZone ? {} : { [scheduleFields.timeZone]: wrong }),
  };
  if (!timeZone || 'problems' in pattern) return { problems };
  return { value: { pattern: pattern.value, timeZone } };
}

/** Reads the answers of the form, all problems at once. */
export function readSchedule(values: FormValues, context: AnswerContext): Read<ScheduleAnswers> {
  const { conversationId, isPicked } = context;
  const name = readName(values);
  const selection = readSelection(values, context);
  const timing = readTiming(values);
  const place = (isPicked && text(values[scheduleFields.conversation])) || conversationId;
  const placed: Read<string> = place
    ? { value: place }
    : problem(scheduleFields.name, 'Ask for this form in the conversation where the report is to come.');
  if ('problems' in name || 'problems' in selection || 'problems' in timing || 'problems' in placed) {
    const all = [placed, name, selection, timing].map((read) => ('problems' in read ? read.problems : {}));
    return { problems: Object.assign({}, ...all) as Problems };
  }
  const purpose = readPurpose(values);
  const value: ScheduleAnswers = {
    name: name.value,
    selection: { ...selection.value, ...(purpose !== undefined && { profile: purpose }) },
    timing: timing.value,
    conversationId: placed.value,
    profile: ReportProfile.catch('own').parse(values[scheduleFields.profile]),
    speak: Speak.catch('always').parse(values[scheduleFields.speak]),
    mentions: answersIn(values[scheduleFields.mentions]).slice(0, 20),
  };
  return { value };
}
