import type { Provider } from '../providers/provider.ts';
import type { Finding, FindingState } from '../verification/finding.ts';
import { acceptedIn, countStates, incidentsIn } from '../verification/verdict.ts';
import type { Identity, Verification } from '../verification/verification.ts';

const width = 80;

const marks: Record<FindingState, string> = {
  granted: '✅',
  likely: '✅',
  missing: '❌',
  inconclusive: '❔',
  'not-applicable': '—',
};

/** Breaks a text at spaces so that each line fits, the first one behind what stands there already. */
function wrap(text: string, indent: string): string {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = indent;
    for (const word of paragraph.split(' ')) {
      const joined = line === indent ? indent + word : `${line} ${word}`;
      if (joined.length > width && line !== indent) {
        lines.push(line);
        line = indent + word;
      } else line = joined;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** Why a finding is as it is, where a reader would ask. */
function reason(finding: Finding): string {
  const { state, evidence } = finding;
  const isAsked = state === 'missing' || state === 'inconclusive';
  const words = [isAsked && evidence.text, evidence.caveat].filter(Boolean).join(' ');
  return [words, acceptanceWords(finding)].filter(Boolean).join('\n');
}

/** Until when a finding is accepted and why, where it is. */
const acceptanceWords = ({ accepted }: Finding) =>
  accepted ? `Accepted until ${accepted.until}: ${accepted.reason}` : '';

/** What counts as accepted behind a verdict: `, 2 accepted until 2027-03-01`. */
function acceptedWords(findings: readonly Finding[]): string {
  const all = acceptedIn(findings);
  const [first, last] = [all[0], all.at(-1)];
  if (!first) return '';
  const isOneDay = first.accepted.until === last?.accepted.until;
  return `, ${all.length} accepted${isOneDay ? '' : ', the first of them'} until ${first.accepted.until}`;
}

/** One row each; a reason that several in a row share stands once, below the last. */
function rows(findings: readonly Finding[]): string[] {
  return findings.map((finding, index) => {
    const { state, requirement, level, evidence } = finding;
    // The counts above the table leave out what is optional.
    const isOptional = level === 'optional' && '(optional)';
    const remarks = [evidence.code, isOptional, finding.accepted && '(accepted)'].filter(Boolean).join(' ');
    const head = `${marks[state]} ${state.padEnd(14)} ${requirement.padEnd(36)} ${remarks}`.trimEnd();
    const next = findings[index + 1];
    const text = next && reason(next) === reason(finding) ? '' : reason(finding);
    return text ? `${head}\n${wrap(text, '   ')}` : head;
  });
}

/** The rows, below the names of their groups where some requirement stands in more than one. */
function sections(findings: readonly Finding[]): string[] {
  const ids = new Set(findings.map(({ requirement }) => requirement));
  if (ids.size === findings.length) return rows(findings);
  const groups = Map.groupBy(findings, ({ group, scope }) => [group, scope].filter(Boolean).join(' '));
  return [...groups].flatMap(([title, members], index) => [
    ...(index > 0 ? [''] : []),
    wrap(title, ''),
    ...rows(members),
  ]);
}

/** Both names of an identity, labelled, where they look alike. */
function identityWords({ id, name }: Identity, labels: NonNullable<Provider['words']>['identity']): string {
  return labels && id !== name ? `${labels.name} ${name}, ${labels.id} ${id}` : id;
}

/** The verification as text of at most 80 columns; snippets keep their own lines, so that they can be copied. */
export function verificationTable(
  { incidentCodes, notLookedAt, words }: Provider,
  verification: Verification,
): string {
  const { provider, verdict, identity, target, calls, durationMs, error, findings, remediation, notes } =
    verification;
  const counts = countStates(findings);
  const where = Object.values(target).join(' · ');
  const head = [
    `${provider} ${where} — ${verdict}${acceptedWords(findings)}`,
    identity && `as ${identityWords(identity, words?.identity)}`,
    `${counts.granted} granted, ${counts.likely} likely, ${counts.missing} missing, ${counts.inconclusive} inconclusive`,
    `${calls} calls in ${(durationMs / 1000).toFixed(1)} s, ${incidentsIn(findings, incidentCodes).length > 0 ? 'one of them was carried out for real' : 'nothing was created'}`,
    error && [error.message, error.hint].filter(Boolean).join('. '),
  ].filter((line) => line !== undefined);
  const shown = findings.filter(({ state }) => state !== 'not-applicable' && verdict !== 'failed');
  const fixes = remediation
    .filter(({ alternative }) => !alternative)
    .flatMap(({ title, text, format }) => ['', wrap(title, ''), format === 'text' ? wrap(text, '  ') : text]);
  const lines = [
    ...head.map((line) => wrap(line, '')),
    '',
    ...sections(shown),
    ...fixes,
    ...notes.flatMap((note) => ['', wrap(note, '')]),
    ...(notLookedAt && verdict !== 'failed' ? ['', wrap(`Not looked at: ${notLookedAt}.`, '')] : []),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}
