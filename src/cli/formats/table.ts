import { styleText } from 'node:util';
import { readEnvironment } from '../../config/config.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Finding, FindingState } from '../../verification/finding.ts';
import { acceptedIn } from '../../verification/verdict.ts';
import type { Identity, Verdict } from '../../verification/verification.ts';
import { width, wrap } from '../wrap.ts';
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

type Color = Exclude<Parameters<typeof styleText>[0], readonly unknown[]>;

const colors: Readonly<Record<FindingState | Verdict, Color>> = {
  granted: 'green',
  likely: 'green',
  missing: 'red',
  inconclusive: 'yellow',
  'not-applicable': 'gray',
  ready: 'green',
  unproven: 'yellow',
  failed: 'red',
};

/** In colour where the output is a terminal that shows it; never with NO_COLOR (https://no-color.org). */
function paint(state: FindingState | Verdict, text: string): string {
  // Node lets FORCE_COLOR win.
  return readEnvironment().NO_COLOR ? text : styleText(colors[state], text, { stream: process.stdout });
}

/** What counts as accepted behind a verdict: `, 2 accepted until 2027-03-01`. */
function acceptedWords(findings: readonly Finding[]): string {
  const all = acceptedIn(findings);
  const [first, last] = [all[0], all.at(-1)];
  if (!first) return '';
  const isOneDay = first.accepted.until === last?.accepted.until;
  return `, ${all.length} accepted${isOneDay ? '' : ', the first of them'} until ${first.accepted.until}`;
}

/** Columns of mark and state with the blank behind them, and of the name of a requirement. */
const stateWidth = 18;
const nameWidth = 36;

/** One row each; a reason that several in a row share stands once, below the last. */
function rows(findings: readonly Finding[], provider: Provider): string[] {
  return findings.map((finding, index) => {
    const { state, requirement, level, evidence } = finding;
    // The counts above the table leave out what is optional.
    const isOptional = level === 'optional' && '(optional)';
    const remarks = [evidence.code, isOptional, finding.accepted && '(accepted)'].filter(Boolean).join(' ');
    const told = paint(state, `${marks[state]} ${state.padEnd(14)}`);
    const name = remarks ? requirement.padEnd(nameWidth) : requirement;
    // Beside the name where there is room for both, below it otherwise.
    const isBeside = stateWidth + name.length + 1 + remarks.length <= width;
    const row = `${told} ${name}${isBeside ? ' ' : '\n   '}${remarks}`.trimEnd();
    const next = findings[index + 1];
    const reason = reasonOf(finding, provider);
    const text = next && reasonOf(next, provider) === reason ? '' : reason;
    return text ? `${row}\n${wrap(text, '   ')}` : row;
  });
}

/** The rows, below the names of their groups where some requirement stands in more than one. */
function sections(findings: readonly Finding[], provider: Provider): string[] {
  if (!isByGroup(findings)) return rows(findings, provider);
  const groups = Map.groupBy(findings, groupTitle);
  return [...groups].flatMap(([title, members], index) => [
    ...(index > 0 ? [''] : []),
    wrap(title, ''),
    ...rows(members, provider),
  ]);
}

/** Both names of an identity, labelled, where they look alike. */
function identityWords({ id, name }: Identity, labels: NonNullable<Provider['words']>['identity']): string {
  return labels && id !== name ? `${labels.name} ${name}, ${labels.id} ${id}` : id;
}

/** The verification as text of at most 80 columns; snippets keep their own lines, so that they can be copied. */
export function asTable(written: Written): string {
  const { provider, verification } = written;
  const { verdict, identity, findings, notes } = verification;
  const fault = faultOf(verification);
  const verdictWords = `${paint(verdict, verdict)}${acceptedWords(findings)}`;
  const head = [
    `${titleOf(verification)} — ${verdictWords}`,
    // Nothing is counted where nothing was told; the reason is what matters then.
    fault,
    causeOf(verification),
    identity && `as ${identityWords(identity, provider.words?.identity)}`,
    purposeWords(verification),
    verdict === 'failed' ? undefined : countWords(verification),
    callWords(provider, verification),
  ].filter((line) => line !== undefined);
  const fixes = fixesOf(verification).flatMap(({ title, text, format }) => [
    '',
    wrap(title, ''),
    format === 'text' ? wrap(text, '  ') : text,
  ]);
  const { notLookedAt } = provider;
  return [
    ...head.map((line) => wrap(line, '')),
    ...(verdict === 'failed' ? [] : ['', ...sections(shownFindings(written), provider)]),
    ...fixes,
    ...notes.flatMap((note) => ['', wrap(note, '')]),
    ...(notLookedAt && verdict !== 'failed' ? ['', wrap(`Not looked at: ${notLookedAt}.`, '')] : []),
  ].join('\n');
}
