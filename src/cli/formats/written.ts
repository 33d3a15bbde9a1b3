import { evidenceSentence } from '../../providers/evidence-words.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Finding, FindingState } from '../../verification/finding.ts';
import { countStates, incidentsIn } from '../../verification/verdict.ts';
import type { Verification } from '../../verification/verification.ts';

/** What a format writes. */
export type Written = {
  readonly provider: Provider;
  readonly verification: Verification;
  /** The file that the credential was read from, if it was one. */
  readonly file?: string | undefined;
};

export const marks: Readonly<Record<FindingState, string>> = {
  granted: '✅',
  likely: '☑️',
  missing: '❌',
  inconclusive: '❔',
  'not-applicable': '—',
};

/** What was verified: `aws 123456789012 · eu-central-1`. */
export const titleOf = ({ provider, target }: Verification): string =>
  [provider, Object.values(target).join(' · ')].filter(Boolean).join(' ');

/** Why the verification as a whole could not be done. */
export const faultOf = ({ error }: Verification): string | undefined =>
  error && [error.message, error.hint].filter(Boolean).join('. ');

/** What lies behind what is missing, where that is one thing or few. */
export const causeOf = ({ causes = [] }: Verification): string | undefined =>
  causes.length > 0 ? `The cause: ${causes.map(({ text }) => text).join('; ')}` : undefined;

/** `30 granted, 0 likely, 4 missing, 0 inconclusive`: of what counts. */
export function countWords({ findings }: Verification): string {
  const counts = countStates(findings);
  return `${counts.granted} granted, ${counts.likely} likely, ${counts.missing} missing, ${counts.inconclusive} inconclusive`;
}

/** The verdict for each thing that it is for, where that is more than one: `run-scripts ready, patch-windows missing`. */
export function purposeWords({ profiles = [] }: Verification): string | undefined {
  return profiles.length > 1 ? profiles.map(({ id, verdict }) => `${id} ${verdict}`).join(', ') : undefined;
}

/** What it took, and that nothing came of it. */
export function callWords(
  { incidentCodes }: Provider,
  { calls, durationMs, findings }: Verification,
): string {
  const isIncident = incidentsIn(findings, incidentCodes).length > 0;
  return `${calls} call${calls === 1 ? '' : 's'} in ${(durationMs / 1000).toFixed(1)} s, ${isIncident ? 'one of them was carried out for real' : 'nothing was created'}`;
}

/** Until when a finding is accepted and why, where it is. */
const acceptanceWords = ({ accepted }: Finding) =>
  accepted ? `Accepted until ${accepted.until}: ${accepted.reason}` : '';

const isAsked = ({ state }: Finding) => state === 'missing' || state === 'inconclusive';

const withCaveat = (finding: Finding, words: string) =>
  [[isAsked(finding) && words, finding.evidence.caveat].filter(Boolean).join(' '), acceptanceWords(finding)]
    .filter(Boolean)
    .join('\n');

/** Why a finding is as it is, where a reader would ask: all that was answered. */
export const evidenceOf = (finding: Finding): string => withCaveat(finding, finding.evidence.text);

/** The same in words that findings with one reason share, so that these can stand once. */
export const reasonOf = (finding: Finding, provider: Provider): string =>
  withCaveat(finding, evidenceSentence(finding, provider));

const order: readonly FindingState[] = ['missing', 'inconclusive', 'likely', 'granted'];

/** The findings that count, missing ones first, and those with the same reason beside each other; none where nothing was told. */
export function shownFindings({ provider, verification: { verdict, findings } }: Written): Finding[] {
  if (verdict === 'failed') return [];
  const counting = findings.filter(({ state }) => state !== 'not-applicable');
  return order.flatMap((state) => {
    const members = counting.filter((finding) => finding.state === state);
    return [...Map.groupBy(members, (finding) => reasonOf(finding, provider)).values()].flat();
  });
}

/** Whether several kinds of object share a requirement, so that each finding is told below its object. */
export const isByGroup = (findings: readonly Finding[]): boolean =>
  new Set(findings.map(({ requirement }) => requirement)).size < findings.length;

/** The object or the documented group of a finding, with where the answer holds. */
export const groupTitle = ({ group, scope }: Finding): string => [group, scope].filter(Boolean).join(' ');

/** The ways to fix that come first; what stands beside them is another way to do the same. */
export const fixesOf = ({ remediation }: Verification) =>
  remediation.filter(({ alternative }) => !alternative);
