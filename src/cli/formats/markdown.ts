import type { Provider } from '../../providers/provider.ts';
import type { Finding } from '../../verification/finding.ts';
import {
  callWords,
  causeOf,
  countWords,
  faultOf,
  fixesOf,
  groupTitle,
  isByGroup,
  marks,
  purposeWords,
  reasonOf,
  shownFindings,
  titleOf,
  type Written,
} from './written.ts';

/** Marks of a verdict, each with its word beside it. */
const verdictMarks = { ready: '✅', missing: '❌', unproven: '❔', failed: '⚠️' } as const;

/** A text as it stands, in a line of its own or a cell of a table: nothing in it is markup. */
const plain = (text: string) =>
  text
    .replace(/[\\`*_{}[\]<>#|~]/g, (sign) => `\\${sign}`)
    .replaceAll('@', '@\u200B')
    .replace(/\s*\n\s*/g, ' ');

/** A text as code; in a cell a bar would end it, code or not. */
const code = (text: string) => (text.includes('`') ? plain(text) : `\`${text.replaceAll('|', '\\|')}\``);

/** A block to copy, within a fence that is longer than any in it. */
function block(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

function row(finding: Finding, isGrouped: boolean): string {
  const { state, requirement, step, level, accepted } = finding;
  const remarks = [level === 'optional' && 'optional', accepted && 'accepted'].filter(Boolean).join(', ');
  const cells = [
    `${marks[state]} ${state}${remarks && ` (${remarks})`}`,
    code(requirement),
    ...(isGrouped ? [plain(groupTitle(finding))] : []),
    plain(step),
  ];
  return `| ${cells.join(' | ')} |`;
}

function table(findings: readonly Finding[]): string {
  const isGrouped = isByGroup(findings);
  const columns = ['state', 'requirement', ...(isGrouped ? ['on'] : []), 'build step'];
  return [
    `| ${columns.join(' | ')} |`,
    `| ${columns.map(() => '---').join(' | ')} |`,
    ...findings.map((finding) => row(finding, isGrouped)),
  ].join('\n');
}

/** How it is known, once for all that share it. */
function reasons(findings: readonly Finding[], provider: Provider): string {
  const reason = (finding: Finding) => reasonOf(finding, provider);
  const told = findings.filter((finding) => reason(finding) !== '');
  return [...Map.groupBy(told, reason)]
    .map(([words, members]) => {
      const names = [...new Set(members.map(({ requirement }) => code(requirement)))].join(', ');
      return `- ${names}: ${plain(words)}`;
    })
    .join('\n');
}

/** The verification for a summary of a pipeline or a comment on a change, as GitHub and GitLab draw it. */
export function asMarkdown(written: Written): string {
  const { provider, verification } = written;
  const { verdict, notes, identity } = verification;
  const shown = shownFindings(written);
  const cause = causeOf(verification);
  const fault = faultOf(verification);
  const parts = [
    `## ${verdictMarks[verdict]} ${plain(titleOf(verification))}: ${verdict}`,
    fault && plain(fault),
    cause && plain(cause),
    [
      identity && `as ${code(identity.id)}`,
      purposeWords(verification),
      verdict !== 'failed' && countWords(verification),
      callWords(provider, verification),
    ]
      .filter(Boolean)
      .join('; '),
    shown.length > 0 && table(shown),
    reasons(shown, provider),
    ...fixesOf(verification).flatMap(({ title, text, format }) => [
      `### ${plain(title)}`,
      format === 'text' ? plain(text) : block(text, format),
    ]),
    notes.map((note) => `- ${plain(note)}`).join('\n'),
    provider.notLookedAt && verdict !== 'failed' && `Not looked at: ${plain(provider.notLookedAt)}.`,
  ];
  return parts.filter(Boolean).join('\n\n');
}
