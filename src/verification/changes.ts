import type { Finding } from './finding.ts';
import type { Verification } from './verification.ts';

export type Changes = {
  /** When the earlier run started. */
  readonly since: string;
  readonly fixed: Finding[];
  readonly newlyMissing: Finding[];
  readonly stillMissing: Finding[];
  /** Told before, cannot be told now. */
  readonly noLongerTold: Finding[];
};

/** What a run found that differs from the run before it; both of the same connection. */
export function changesBetween(before: Verification, after: Verification): Changes {
  const states = new Map(before.findings.map((finding) => [finding.requirement, finding.state]));
  const was = (finding: Finding) => states.get(finding.requirement);
  const isHeld = (finding: Finding) => finding.state === 'granted' || finding.state === 'likely';
  const missing = after.findings.filter((finding) => finding.state === 'missing');
  return {
    since: before.startedAt,
    fixed: after.findings.filter((finding) => isHeld(finding) && was(finding) === 'missing'),
    newlyMissing: missing.filter((finding) => was(finding) !== 'missing'),
    stillMissing: missing.filter((finding) => was(finding) === 'missing'),
    noLongerTold: after.findings.filter(
      (finding) => finding.state === 'inconclusive' && was(finding) !== 'inconclusive',
    ),
  };
}
