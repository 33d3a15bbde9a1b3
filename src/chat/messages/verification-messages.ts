import type { Connection } from '../../connections/connection.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Progress } from '../../providers/run-verification.ts';
import type { Changes } from '../../verification/changes.ts';
import { type Finding, isOpen } from '../../verification/finding.ts';
import { countStates, incidentsIn, isSignInRefused, type StateCounts } from '../../verification/verdict.ts';
import type { Verification } from '../../verification/verification.ts';
import type { PlannedVerification } from '../connections/verification-requests.ts';
import { count, type Message, plainText, type Span, say, typed } from '../model/message.ts';
import { acceptedSpans } from './acceptance-messages.ts';
import { verificationButtons } from './verification-buttons.ts';

/** Who and what a verification is about, as every message names it. */
export type Subject = { readonly connection: Connection; readonly provider: Provider };

function place(target: Readonly<Record<string, string>>): string {
  return Object.values(target).join(' · ');
}

/** `12 of 34 checked`, or how much was read where nothing can be told before. */
function progressWords({ checked, total, reading }: Progress): string {
  return checked === 0 && reading ? `${reading} read` : `${checked} of ${total} checked`;
}

/** The root message while the check runs. */
export function runningMessage({ connection, provider }: Subject, progress?: Progress): Message {
  const name = typed(connection.name);
  const spans: Span[] = progress
    ? [
        '❔ Verifying ',
        { bold: name },
        ` · ${provider.label} ${place(progress.target)} — ${progressWords(progress)}`,
      ]
    : ['❔ Verifying ', { bold: name }, ` (${provider.label}, ${place(connection.target)}) …`];
  return { summary: plainText(spans), parts: [say(...spans)] };
}

/** How much is met, and how sure that is: `34 of 34 met: 14 proven, 20 likely`. */
function metWords({ granted, likely, total }: StateCounts): string {
  const sure = [granted > 0 && `${granted} proven`, likely > 0 && `${likely} likely`];
  return `${granted + likely} of ${total} met: ${sure.filter(Boolean).join(', ')}`;
}

function verdictSpans(name: string, verification: Verification, changes: Changes | undefined): Span[] {
  const counts = countStates(verification.findings);
  const bold = { bold: name };
  const all = count(counts.total, 'requirement');
  const accepted = acceptedSpans(verification.findings);
  const also: Span[] = accepted.length > 0 ? [', ', ...accepted] : [];
  const cannot = changes?.verdictBefore === 'ready' ? 'can no longer' : 'cannot';
  switch (verification.verdict) {
    case 'ready':
      // What somebody took as it is proves nothing about builds, so they are not promised.
      if (accepted.length > 0) return ['☑️ ', bold, ' is ready', ...also, ` — ${metWords(counts)}`];
      return ['✅ ', bold, ` can build images — ${metWords(counts)}`];
    case 'missing':
      if (isFormal(verification))
        return [
          '❌ ',
          bold,
          ` is below the documented minimum — 1 of ${all} missing, every operation known to be needed is granted`,
          ...also,
        ];
      return ['❌ ', bold, ` ${cannot} build images — ${counts.missing} of ${all} missing`, ...also];
    case 'unproven':
      if (counts.inconclusive === 0 && accepted.length > 0)
        return ['⚠️ ', bold, ' is unproven — nothing is known to be granted', ...also];
      return [
        '⚠️ ',
        bold,
        ` may be able to build images — ${counts.inconclusive} of ${all} could not be told, ${accepted.length > 0 ? 'no other' : 'none'} is known to be missing`,
        ...also,
      ];
    case 'failed':
      // What the provider refused is certain; what gave no answer is not.
      if (isSignInRefused(verification))
        return ['🔑 ', bold, ` cannot sign in — ${verification.error?.message}`];
      return ['⚠️ ', bold, ` could not be verified — ${verification.error?.message ?? 'no reason was given'}`];
    default:
      return verification.verdict satisfies never;
  }
}

/** Whether all that is missing is missing as documented, while nothing that builds are known to use is. */
function isFormal({ findings }: Verification): boolean {
  const missing = findings.filter((finding) => isOpen(finding, 'missing') && finding.level !== 'optional');
  return missing.length === 1 && missing.every(({ formal }) => formal);
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
  const lost = changes ? sinceSpans('lost', changes.newlyMissing, { verification, changes }) : [];
  const fixed = changes ? sinceSpans('fixed', changes.fixed, { verification, changes }) : [];
  const verdict = [...verdictSpans(typed(connection.name), verification, changes), ...lost, ...fixed];
  const hasIncident = incidentsIn(verification.findings, provider.incidentCodes).length > 0;
  const detail: Span[] = [
    `${provider.label} ${place(target)} · `,
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

/** When the earlier run was; its day only where it is another one. */
export function sinceSpan({ startedAt }: Verification, { since }: Changes): Span {
  return { time: since, withDate: since.slice(0, 10) !== startedAt.slice(0, 10) };
}

/** The most changes of a kind that the root message names; the thread names all. */
const mostNamed = 5;

/** ` · lost since 3:23 PM: ec2:CreateImage`; nothing where there is none. */
function sinceSpans(
  what: 'lost' | 'fixed',
  findings: readonly Finding[],
  { verification, changes }: { verification: Verification; changes: Changes },
): Span[] {
  if (findings.length === 0) return [];
  const named = findings.slice(0, mostNamed).map(({ requirement }) => requirement);
  const rest = findings.length - named.length;
  const list = `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return [` · ${what} since `, sinceSpan(verification, changes), `: ${list}`];
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
