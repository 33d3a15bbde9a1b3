import type { Connection } from '../../connections/connection.ts';
import type { Progress } from '../../providers/run-verification.ts';
import type { Changes } from '../../verification/changes.ts';
import { incidentsIn } from '../../verification/verdict.ts';
import type { Verification } from '../../verification/verification.ts';
import type { PlannedVerification } from '../connections/verification-requests.ts';
import {
  type Button,
  count,
  type Message,
  plainText,
  type Span,
  say,
  sentence,
  typed,
} from '../model/message.ts';
import type { Subject } from './subject.ts';
import { sinceSpans, verdictSpans } from './verdict-words.ts';
import { verificationButtons } from './verification-buttons.ts';

function place(target: Readonly<Record<string, string>>): string {
  return Object.values(target).join(' · ');
}

/** `12 of 34 checked`, or how much was read where nothing can be told before. */
function progressWords({ checked, total, reading }: Progress): string {
  return checked === 0 && reading ? `${reading} read` : `${checked} of ${total} checked`;
}

/** The root message while the check runs. Should it stand still, its button tells where the answer is. */
export function runningMessage({ connection, provider }: Subject, progress?: Progress): Message {
  const name = typed(connection.name);
  const spans: Span[] = progress
    ? [
        '❔ Verifying ',
        { bold: name },
        ` · ${[provider.label, place(progress.target)].filter(Boolean).join(' ')} — ${progressWords(progress)}`,
      ]
    : [
        '❔ Verifying ',
        { bold: name },
        ` (${[provider.label, place(connection.target)].filter(Boolean).join(', ')}) …`,
      ];
  const check: Button = { label: 'Check progress', action: 'check-progress', value: connection.id };
  return { summary: plainText(spans), parts: [say(...spans), { kind: 'buttons', buttons: [check] }] };
}

/** Said to whoever asks how far a verification is that is under way. */
export const stillRunning = ({ name }: Connection): Message =>
  sentence(`${typed(name)} is being verified. The message changes as it goes on.`);

function answerSpans(isTold: boolean, link: string | undefined): Span[] {
  if (!isTold) return ['Verify it again to learn how it stands.'];
  return link
    ? ['Its latest answer is ', { link, text: 'here' }, '.']
    : ['Its latest answer stands in another message.'];
}

/** The same where it is over, though the message does not say so; its answer is elsewhere, or nobody knows of one. */
export function toldElsewhere(
  { name }: Connection,
  { isTold, link }: { isTold: boolean; link: string | undefined },
): Message {
  const spans: Span[] = [
    { bold: typed(name) },
    ' is not being verified any more. ',
    ...answerSpans(isTold, link),
  ];
  return { summary: plainText(spans), parts: [say(...spans)] };
}

/** `36 calls, nothing was created`, unless something may have been. */
export function callsSentence({ provider }: Subject, verification: Verification): string {
  const created =
    incidentsIn(verification.findings, provider.incidentCodes).length > 0
      ? 'one of them was carried out for real, see below'
      : 'nothing was created';
  return `${count(verification.calls, 'call')}, ${created}`;
}

/** The root message at the end: the verdict with its counts. */
export function verdictMessage(
  subject: Subject,
  {
    verification,
    askedBy,
    changes,
  }: { verification: Verification; askedBy: string; changes?: Changes | undefined },
): Message {
  const { connection, provider } = subject;
  const { identity, target, startedAt } = verification;
  const words = verdictSpans(subject, verification, changes);
  const told = { verification, said: plainText(words) };
  const lost = changes ? sinceSpans('lost', changes.newlyMissing, { ...told, changes }) : [];
  const fixed = changes ? sinceSpans('fixed', changes.fixed, { ...told, changes }) : [];
  const verdict = [...words, ...lost, ...fixed];
  const hasIncident = incidentsIn(verification.findings, provider.incidentCodes).length > 0;
  const detail: Span[] = [
    `${[provider.label, place(target)].filter(Boolean).join(' ')} · `,
    identity ? `${identity.kind.replaceAll('-', ' ')} ${identity.name} · ` : '',
    hasIncident ? 'one call was carried out for real, see below · ' : '',
    'checked ',
    { time: startedAt },
    ' · ',
    { person: askedBy },
  ];
  return {
    summary: plainText(verdict),
    parts: [
      say(...verdict),
      { kind: 'detail', spans: detail },
      verificationButtons(connection, provider, verification),
    ],
  };
}

/** Said to whoever asked for a verification that comes later. */
export function verifyLaterMessage({ id, name }: Connection, { at, isOld }: PlannedVerification): Message {
  const where = isOld ? ', as was asked before; the answer comes where that was.' : '.';
  const spans: Span[] = [{ bold: typed(name) }, ' will be verified again at ', { time: at }, where];
  const cancel = { label: 'Cancel', action: 'cancel-later', value: id } as const;
  return { summary: plainText(spans), parts: [say(...spans), { kind: 'buttons', buttons: [cancel] }] };
}

/** The root message when the check broke by a fault of our own. */
export function brokenMessage({ connection }: Subject, runId: string): Message {
  const spans: Span[] = [
    '⚠️ ',
    { bold: typed(connection.name) },
    ' could not be verified, by a fault of this bot. Its operator finds more in the log under ',
    { code: runId },
    '.',
  ];
  return { summary: plainText(spans), parts: [say(...spans), verificationButtons(connection)] };
}

/** The root message when the connection was removed while it was being verified. */
export function removedMessage(): Message {
  const text = 'The connection was removed while it was being verified.';
  return { summary: text, parts: [say(text)] };
}

/** The root message of a connection that somebody removed since. */
export function removedByMessage(name: string, by: string): Message {
  const spans: Span[] = [{ bold: typed(name) }, ' was removed by ', { person: by, quietly: true }, '.'];
  return { summary: plainText(spans), parts: [say(...spans)] };
}

/** Said to whoever asked for a verification whose answer comes where there is one already. */
export function goesOnMessage(
  { name }: Connection,
  { at, link }: { at: string; link: string | undefined },
): Message {
  const place: Span = link ? { link, text: 'in its thread' } : 'in its thread';
  const spans: Span[] = [
    'Verifying ',
    { bold: typed(name) },
    ' again. The answer comes ',
    place,
    ' of ',
    { time: at, withDate: true },
    '.',
  ];
  return { summary: plainText(spans), parts: [say(...spans)] };
}
