import type { Changes } from '../../verification/changes.ts';
import type { Finding } from '../../verification/finding.ts';
import type { Verification } from '../../verification/verification.ts';
import { type Message, plainText, type Span, say } from '../model/message.ts';
import { acceptedMessages } from './acceptance-messages.ts';
import { causeMessages, failureMessage, fixMessages, otherWaysMessages } from './finding-messages.ts';
import type { Subject } from './subject.ts';
import { sinceSpan } from './verdict-words.ts';

function idList(findings: readonly Finding[]): Span[] {
  return findings.flatMap(({ requirement }, index): Span[] => [
    ...(index > 0 ? [', '] : []),
    { code: requirement },
  ]);
}

/** What a repeated verification adds to the thread: only what changed. */
export function changeMessages(
  { provider }: Pick<Subject, 'provider'>,
  verification: Verification,
  changes: Changes,
): Message[] {
  if (verification.verdict === 'failed' && !changes.failsAsBefore)
    return [failureMessage(verification), ...fixMessages(verification.remediation)];
  const time = sinceSpan(verification, changes);
  const line = (findings: readonly Finding[], ...words: Span[]): Span[][] =>
    findings.length > 0 ? [[...words, ...idList(findings)]] : [];
  const news = [
    ...line(changes.fixed, '✅ Fixed since ', time, ': '),
    ...line(changes.nowHeld, '✅ Could not be told before, is granted: '),
    ...line(changes.newlyMissing, '❌ Lost since ', time, ': '),
    ...line(changes.foundMissing, '❌ Could not be told before, is missing: '),
    ...line(changes.noLongerTold, '❔ Could not be told this time: '),
    ...line(
      changes.noLongerAccepted.filter(({ state }) => state === 'missing'),
      '❌ Missing, and no longer accepted: ',
    ),
    ...line(
      changes.noLongerAccepted.filter(({ state }) => state === 'inconclusive'),
      '❔ Could not be told, and no longer accepted: ',
    ),
  ];
  const lines = [...news, ...line(changes.stillMissing, '❌ Still missing: ')];
  const nothing: Span[] = ['Nothing changed since ', time, '.'];
  const accepted = acceptedMessages(changes.newlyAccepted, provider);
  const changed = news.length + accepted.length > 0;
  const parts = [...(changed ? [] : [say(...nothing)]), ...lines.map((spans) => say(...spans))];
  const message = {
    summary: parts.map((part) => ('spans' in part ? plainText(part.spans) : '')).join(' '),
    parts,
  };
  const { remediation } = verification;
  const fix = changes.needsNewFix
    ? [...causeMessages(remediation), ...fixMessages(remediation), ...otherWaysMessages(remediation)]
    : [];
  return [...(parts.length > 0 ? [message] : []), ...accepted, ...fix];
}
