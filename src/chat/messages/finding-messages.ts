import { profilesOf } from '../../providers/profiles.ts';
import { type Finding, type FindingState, isOpen } from '../../verification/finding.ts';
import { countStates } from '../../verification/verdict.ts';
import type { Identity, Remediation, Verification } from '../../verification/verification.ts';
import {
  count,
  type Message,
  type MessageTells,
  type Part,
  type Span,
  say,
  typed,
} from '../model/message.ts';
import { acceptedMessages, acceptedSpans, dayWords } from './acceptance-messages.ts';
import { bySteps, missingMessage } from './missing-message.ts';
import { byPurpose, purposesOf } from './purpose-words.ts';
import type { Subject } from './subject.ts';
import { callsSentence } from './verification-messages.ts';

export const stateWords: Record<FindingState, string> = {
  granted: '✅ granted',
  likely: '☑️ likely',
  missing: '❌ missing',
  inconclusive: '❔ could not be told',
  'not-applicable': '— does not count',
};

/** What a reader looks for first comes first. */
const stateOrder: readonly FindingState[] = [
  'missing',
  'inconclusive',
  'likely',
  'granted',
  'not-applicable',
];
const rankOf = (finding?: Finding) => stateOrder.indexOf(finding?.state ?? 'not-applicable');

/** What to copy, each under its title. */
export const snippetParts = (remediation: readonly Remediation[]): Part[] =>
  remediation.flatMap(({ title, format, text, note, forwardTo }): Part[] => [
    say({ bold: title }),
    ...(note ? [say(note)] : []),
    // What is to be sent to somebody is copied like a snippet.
    format === 'text' && forwardTo === undefined ? say(text) : { kind: 'code', language: format, text },
  ]);

function snippets(heading: string, remediation: readonly Remediation[], tells?: MessageTells): Message[] {
  if (remediation.length === 0) return [];
  const parts = snippetParts(remediation);
  const titles = remediation.map(({ title }) => title).join('; ');
  const message = { summary: `${heading}: ${titles}`, parts: [say({ bold: heading }), ...parts] };
  return [tells ? { ...message, tells } : message];
}

/** The one reason for everything, where there is one. */
export function causeMessages(remediation: readonly Remediation[]): Message[] {
  return snippets(
    'Why',
    remediation.filter(({ isCause }) => isCause),
    'why',
  );
}

/** The fix, and in a message of its own what somebody else must do. */
export function fixMessages(remediation: readonly Remediation[]): Message[] {
  const fixes = remediation.filter(({ alternative, isCause }) => !alternative && !isCause);
  const own = fixes.filter(({ forwardTo }) => forwardTo === undefined);
  const others = fixes.filter(({ forwardTo }) => forwardTo !== undefined);
  return [
    ...snippets('Fix', own, 'fix'),
    ...snippets(`Not yours to fix (${others.length})`, others, 'forward'),
  ];
}

/** Other ways to apply the fix. */
export function otherWaysMessages(remediation: readonly Remediation[]): Message[] {
  return snippets(
    'Other ways',
    remediation.filter(({ alternative }) => alternative),
    'other-ways',
  );
}

/** The fix of what is missing by itself, with the other ways to apply it. */
export function fixMessage({ connection }: Subject, { remediation }: Verification): Message {
  const parts = [
    ...causeMessages(remediation),
    ...fixMessages(remediation),
    ...otherWaysMessages(remediation),
  ].flatMap((message) => message.parts);
  const title = `The fix for ${typed(connection.name)}`;
  const none = say('Nothing is missing, so there is nothing to fix.');
  return { summary: title, parts: [say({ bold: title }), ...(parts.length > 0 ? parts : [none])] };
}

/** Findings that told nothing, those with the same reason in one line. */
function untoldMessages(heading: string, findings: readonly Finding[]): Message[] {
  if (findings.length === 0) return [];
  const groups = [...Map.groupBy(findings, ({ evidence }) => evidence.text)];
  const items = groups.map(([text, group]): Span[] => [
    ...group.flatMap(({ requirement }, index): Span[] =>
      index > 0 ? [' · ', { code: requirement }] : [{ code: requirement }],
    ),
    ` — ${text}`,
  ]);
  const title = `${heading} (${findings.length})`;
  return [{ summary: title, parts: [say({ bold: title }), { kind: 'list', items }] }];
}

/** Who signed in, by its id; by both of its names, labelled, where these look alike. */
function identitySpans({ provider }: Subject, { id, name }: Identity): Span[] {
  const labels = provider.words?.identity;
  if (!labels || id === name) return [{ code: id }];
  return [`${labels.name} `, { code: name }, `, ${labels.id} `, { code: id }];
}

function checkedMessage(subject: Subject, verification: Verification): Message {
  const { identity, target, findings, notes, durationMs } = verification;
  const { notLookedAt } = subject.provider;
  const ids = purposesOf(verification).map(({ id }) => id);
  const { found } = profilesOf(subject.provider, ids);
  const counts = countStates(findings);
  const likely = counts.likely > 0 ? ' (strong but indirect evidence)' : '';
  const told = `${count(counts.total, 'requirement')}: ${counts.granted} granted, ${counts.likely} likely${likely}, ${counts.missing} missing, ${counts.inconclusive} could not be told`;
  const accepted = acceptedSpans(findings);
  const { id, principal = id } = identity ?? { id: '' };
  const behind: Span[] = principal === id ? [] : [', which is ', { code: principal }];
  const who: Span[] = identity ? [' as ', ...identitySpans(subject, identity), ...behind] : [];
  const limited = findings.filter(({ state, evidence }) => state !== 'missing' && evidence.caveat);
  const items: Span[][] = [
    accepted.length > 0 ? [`${told}, `, ...accepted, '.'] : [`${told}.`],
    ...limited.map(({ requirement, evidence }): Span[] => [{ code: requirement }, ` — ${evidence.caveat}`]),
    [
      `${callsSentence(subject, verification)}, ${(durationMs / 1000).toFixed(1)} s; made`,
      ...who,
      ` in ${Object.values(target).join(' · ')}.`,
    ],
    ...notes.map((note) => [note]),
    ...(notLookedAt ? [[`Not looked at: ${notLookedAt}.`]] : []),
    ...found.map(({ documentation: { url, title } }): Span[] => [
      'Documentation: ',
      { link: url, text: title },
    ]),
  ];
  const title = 'What was checked and how';
  return { summary: title, parts: [say({ bold: title }), { kind: 'list', items }] };
}

export function failureMessage({ error }: Verification): Message {
  const text = `${error?.message ?? 'The verification failed'}.`;
  return { summary: text, parts: [say(text), ...(error?.hint ? [say(error.hint)] : [])] };
}

/** The replies that tell how a connection stands, which are edited when that changes. */
export function standingMessages(subject: Subject, { findings, remediation }: Verification): Message[] {
  const missing = findings.filter((finding) => isOpen(finding, 'missing'));
  return [
    ...causeMessages(remediation),
    ...fixMessages(remediation),
    ...(missing.length > 0 ? [missingMessage(missing, subject)] : []),
    ...otherWaysMessages(remediation),
  ];
}

/** The thread of a first verification: the fix, what is missing, what could not be told, what was checked and how. */
export function threadMessages(subject: Subject, verification: Verification): Message[] {
  const { verdict, findings, remediation } = verification;
  if (verdict === 'failed') return [failureMessage(verification), ...fixMessages(remediation)];
  const untold = findings.filter((finding) => isOpen(finding, 'inconclusive'));
  return [
    ...standingMessages(subject, verification),
    ...untoldMessages(
      'The two ways of checking disagree',
      untold.filter(({ conflict }) => conflict),
    ),
    ...untoldMessages(
      'Depends on a condition',
      untold.filter(({ condition }) => condition),
    ),
    ...untoldMessages(
      'Could not be told',
      untold.filter(({ conflict, condition }) => !conflict && !condition),
    ),
    ...acceptedMessages(findings, subject.provider),
    checkedMessage(subject, verification),
  ];
}

/** What a provider answered, in words, with its own code for whoever looks it up. */
function answerWords(code: string | undefined, { provider }: Subject): string {
  if (code === undefined) return '';
  const words = provider.words?.codes?.find(([pattern]) => pattern.test(code))?.[1];
  return words ? `${words} (${code})` : code;
}

/** Every check with its state and evidence, by build step. */
export function allChecksMessage(subject: Subject, verification: Verification): Message {
  const worstFirst = verification.findings.toSorted((one, other) => rankOf(one) - rankOf(other));
  const steps = byPurpose(worstFirst, subject.provider).flatMap(({ title, findings }) =>
    bySteps(findings, subject)
      .toSorted(([, [one]], [, [other]]) => rankOf(one) - rankOf(other))
      .map(([step, some]) => ({ heading: title === undefined ? step : `${title}: ${step}`, findings: some })),
  );
  const parts = steps.flatMap(({ heading, findings }): Part[] => [
    say({ bold: heading }),
    {
      kind: 'table',
      columns: ['State', 'Requirement', 'Answer'],
      rows: findings.map(({ state, requirement, evidence, accepted }): Span[][] => [
        [accepted ? `${stateWords[state]}, accepted until ${dayWords(accepted.until)}` : stateWords[state]],
        [{ code: requirement }],
        [answerWords(evidence.code, subject)],
      ]),
    },
  ]);
  const title = `All checks of ${typed(subject.connection.name)}`;
  const time: Part = { kind: 'detail', spans: ['As of ', { time: verification.startedAt, withDate: true }] };
  return { summary: title, parts: [say({ bold: title }), time, ...parts] };
}
