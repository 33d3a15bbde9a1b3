import { namesOf } from '../../providers/causes.ts';
import { verbsOf } from '../../providers/profiles.ts';
import type { Changes } from '../../verification/changes.ts';
import { type Finding, isOpen, subjectOf } from '../../verification/finding.ts';
import { countStates, deciding, isSignInRefused, type StateCounts } from '../../verification/verdict.ts';
import type { ProfileVerdict, Verification } from '../../verification/verification.ts';
import { type Span, typed } from '../model/message.ts';
import { acceptedSpans } from './acceptance-messages.ts';
import { idsWith, purposesOf } from './purpose-words.ts';
import type { Subject } from './subject.ts';

/** How much is met, and how sure that is: `34 of 34 met (14 proven, 20 likely)`. */
function metWords({ granted, likely, total }: StateCounts): string {
  const sure = [granted > 0 && `${granted} proven`, likely > 0 && `${likely} likely`].filter(Boolean);
  return `${granted + likely} of ${total} met${sure.length > 0 ? ` (${sure.join(', ')})` : ''}`;
}

/** Causes that the verdict names; of what others are behind there is the number. */
const mostCauses = 2;

/** What decides about the verdict of what is missing. */
const openMissing = ({ findings }: Pick<Verification, 'findings'>): Finding[] =>
  deciding(findings).filter((finding) => isOpen(finding, 'missing'));

/** What permissions are called where they are given, or the word for more than these. */
function nounFor(findings: readonly Finding[], { provider }: Pick<Subject, 'provider'>): string {
  if (findings.some(({ requirement }) => /^(prerequisite|role):/.test(requirement))) return 'requirement';
  return provider.groupsAre === 'objects' ? 'privilege' : 'permission';
}

/** The causes first, then what else is missing: `role Contributor is missing (it holds Reader)`, `4 permissions are missing`. */
export function missingWords(
  subject: Pick<Subject, 'provider'>,
  verification: Pick<Verification, 'findings' | 'causes'>,
): string {
  const open = openMissing(verification);
  const isBehind = (of: readonly string[]) => open.some((finding) => of.includes(subjectOf(finding)));
  const causes = (verification.causes ?? []).filter(({ of }) => isBehind(of)).slice(0, mostCauses);
  const told = new Set(causes.flatMap(({ of }) => of));
  const rest = open.filter((finding) => !told.has(subjectOf(finding)));
  const noun = nounFor(rest, subject);
  const words = causes.map(({ text }) => text);
  if (words.length > 0) {
    const more = `${rest.length} more ${noun}${rest.length === 1 ? ' is' : 's are'} missing`;
    return [...words, ...(rest.length > 0 ? [more] : [])].join(', and ');
  }
  const names = namesOf(rest, noun);
  return `${names} ${names.includes(' ') ? 'are' : 'is'} missing`;
}

/** The reason behind a colon: only what begins as a sentence of its own begins small there. */
const afterColon = (text: string) =>
  text.replace(/^(A|An|The|This|That|It|Its|No|Nothing) /, (word) => word.toLowerCase());

/** Whether builds were possible before, and something that was held then is not any more. */
const isLost = (changes: Changes | undefined) =>
  changes?.verdictBefore === 'ready' && deciding(changes.newlyMissing).length > 0;

/** What else it is for than what it cannot do: `, and can run scripts`. */
function otherwise({ provider }: Pick<Subject, 'provider'>, purposes: readonly ProfileVerdict[]): string {
  const [can, may] = [idsWith(purposes, 'ready'), idsWith(purposes, 'unproven')];
  const words = [
    can.length > 0 && `can ${verbsOf(provider, can)}`,
    may.length > 0 && `may be able to ${verbsOf(provider, may)}`,
  ].filter(Boolean);
  return words.length > 0 ? `; it ${words.join(', and ')}` : '';
}

/** What it can do for certain, before what it may be able to do. */
function certainly({ provider }: Pick<Subject, 'provider'>, purposes: readonly ProfileVerdict[]): string {
  const can = idsWith(purposes, 'ready');
  return can.length > 0 ? ` can ${verbsOf(provider, can)}, and` : '';
}

/** The verdict as one sentence, the cause first. */
export function verdictSpans(
  subject: Subject,
  verification: Verification,
  changes: Changes | undefined,
): Span[] {
  const { findings, error } = verification;
  const counts = countStates(findings);
  const purposes = purposesOf(verification);
  const all = purposes.map(({ id }) => id);
  const bold = { bold: typed(subject.connection.name) };
  const accepted = acceptedSpans(findings);
  const also: Span[] = accepted.length > 0 ? [', ', ...accepted] : [];
  const cannot = isLost(changes) ? 'can no longer' : 'cannot';
  switch (verification.verdict) {
    case 'ready':
      // What somebody took as it is proves nothing about builds, so they are not promised.
      if (accepted.length > 0) return ['☑️ ', bold, ' is ready', ...also, `: ${metWords(counts)}`];
      return ['✅ ', bold, ` can ${verbsOf(subject.provider, all)}: ${metWords(counts)}`];
    case 'missing': {
      const words = missingWords(subject, verification);
      if (isFormal(verification))
        return [
          '❌ ',
          bold,
          ` is below the documented minimum: ${words}, while every operation known to be needed is granted`,
          ...also,
        ];
      return [
        '❌ ',
        bold,
        ` ${cannot} ${verbsOf(subject.provider, idsWith(purposes, 'missing'), 'or')}: ${words}`,
        ...also,
        otherwise(subject, purposes),
      ];
    }
    case 'unproven':
      if (counts.inconclusive === 0 && accepted.length > 0)
        return ['❔ ', bold, ' is unproven: nothing is known to be granted', ...also];
      return [
        '❔ ',
        bold,
        `${certainly(subject, purposes)} may be able to ${verbsOf(subject.provider, idsWith(purposes, 'unproven'))}: ${counts.inconclusive} of ${counts.total} could not be told, ${accepted.length > 0 ? 'no other' : 'none'} is known to be missing`,
        ...also,
      ];
    case 'failed': {
      const reason = afterColon(error?.message ?? 'no reason was given');
      // What the provider refused is certain; what gave no answer is not.
      return isSignInRefused({ error })
        ? ['🔑 ', bold, ` cannot sign in: ${reason}`]
        : ['⚠️ ', bold, ` could not be verified: ${reason}`];
    }
    default:
      return verification.verdict satisfies never;
  }
}

/** Whether all that is missing is missing as documented, while nothing that builds are known to use is. */
function isFormal(verification: Verification): boolean {
  const missing = openMissing(verification);
  return missing.length === 1 && missing.every(({ formal }) => formal);
}

/** When the earlier run was; its day only where it is another one. */
export function sinceSpan({ startedAt }: Verification, { since }: Changes): Span {
  return { time: since, withDate: since.slice(0, 10) !== startedAt.slice(0, 10) };
}

/** The most changes of a kind that the root message names; the thread names all. */
const mostNamed = 5;

/** ` · lost since 3:23 PM: ec2:CreateImage`; nothing where there is none. */
export function sinceSpans(
  what: 'lost' | 'fixed',
  findings: readonly Finding[],
  { verification, changes, said }: { verification: Verification; changes: Changes; said: string },
): Span[] {
  if (findings.length === 0) return [];
  const since: Span[] = [` · ${what} since `, sinceSpan(verification, changes)];
  // What was just named is not named again, as long as nothing else was.
  const isAll = openMissing(verification).every((finding) => findings.includes(finding));
  if (what === 'lost' && isAll && findings.every(({ requirement }) => said.includes(requirement)))
    return since;
  const named = findings.slice(0, mostNamed).map(({ requirement }) => requirement);
  const rest = findings.length - named.length;
  const list = `${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
  return [...since, `: ${list}`];
}
