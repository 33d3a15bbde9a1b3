import type { Accepted, Finding, FindingState } from './finding.ts';
import type { Verdict, Verification } from './verification.ts';

/** The findings that decide: everything that counts and is not merely optional. */
export function deciding(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.level !== 'optional' && finding.state !== 'not-applicable');
}

/** The deciding findings that are accepted, those that come back first first. */
export function acceptedIn(findings: readonly Finding[]): (Finding & { accepted: Accepted })[] {
  return deciding(findings)
    .flatMap((finding) => (finding.accepted ? [{ ...finding, accepted: finding.accepted }] : []))
    .toSorted((one, other) => one.accepted.until.localeCompare(other.accepted.until));
}

export type StateCounts = Record<FindingState | 'accepted' | 'total', number>;

/** How many deciding findings are in each state; one that is accepted counts as that alone. */
export function countStates(findings: readonly Finding[]): StateCounts {
  const states = { granted: 0, likely: 0, missing: 0, inconclusive: 0, 'not-applicable': 0 };
  const counts = { ...states, accepted: 0, total: 0 };
  for (const finding of deciding(findings)) {
    counts[finding.accepted ? 'accepted' : finding.state] += 1;
    counts.total += 1;
  }
  return counts;
}

/** Reads the verdict off the findings; a run that could not be done at all is `failed` before it gets here. */
export function verdictOf(findings: readonly Finding[]): Exclude<Verdict, 'failed'> {
  const counts = countStates(findings);
  if (counts.missing > 0) return 'missing';
  // Nothing held is nothing proven: an empty run must not come out green, nor one where all is accepted.
  return counts.inconclusive > 0 || counts.granted + counts.likely === 0 ? 'unproven' : 'ready';
}

const fromWorst = ['failed', 'missing', 'unproven', 'ready'] as const satisfies readonly Verdict[];

/** The worst of verdicts: a whole is no better than any of its parts. */
export const worstOf = (verdicts: readonly Verdict[]): Verdict =>
  fromWorst.find((each) => verdicts.includes(each)) ?? 'unproven';

/** The findings behind which a call that was only meant to ask was carried out, by the codes that a provider has for that. */
export function incidentsIn(findings: readonly Finding[], codes: readonly string[] = []): Finding[] {
  return findings.filter(({ evidence: { code } }) => code !== undefined && codes.includes(code));
}

/** Whether the provider refused the credential itself, which is certain; a fault on the way to it is not. */
export const isSignInRefused = ({ error }: Pick<Verification, 'error'>) =>
  error?.code === 'provider.sign-in-failed';
