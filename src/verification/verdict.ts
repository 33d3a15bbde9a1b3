import type { Finding, FindingState } from './finding.ts';
import type { Verdict } from './verification.ts';

/** The findings that decide: everything that counts and is not merely optional. */
export function deciding(findings: readonly Finding[]): Finding[] {
  return findings.filter((finding) => finding.level !== 'optional' && finding.state !== 'not-applicable');
}

/** How many deciding findings are in each state. */
export function countStates(findings: readonly Finding[]): Record<FindingState, number> & { total: number } {
  const counts = { granted: 0, likely: 0, missing: 0, inconclusive: 0, 'not-applicable': 0, total: 0 };
  for (const finding of deciding(findings)) {
    counts[finding.state] += 1;
    counts.total += 1;
  }
  return counts;
}

/** Reads the verdict off the findings; a run that could not be done at all is `failed` before it gets here. */
export function verdictOf(findings: readonly Finding[]): Exclude<Verdict, 'failed'> {
  const counts = countStates(findings);
  if (counts.missing > 0) return 'missing';
  // Nothing checked is nothing proven: an empty run must not come out green.
  return counts.inconclusive > 0 || counts.total === 0 ? 'unproven' : 'ready';
}

/** The findings behind which a call that was only meant to ask was carried out, by the codes that a provider has for that. */
export function incidentsIn(findings: readonly Finding[], codes: readonly string[] = []): Finding[] {
  return findings.filter(({ evidence: { code } }) => code !== undefined && codes.includes(code));
}
