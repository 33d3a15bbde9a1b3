import { isDeepStrictEqual } from 'node:util';
import { type Finding, type FindingState, isOpen, subjectOf } from './finding.ts';
import type { Verdict, Verification } from './verification.ts';

export type Changes = {
  /** When the earlier run started. */
  readonly since: string;
  readonly verdictBefore: Verdict;
  readonly fixed: Finding[];
  /** Held before, missing now. */
  readonly newlyMissing: Finding[];
  /** Could not be told before, missing now. */
  readonly foundMissing: Finding[];
  readonly stillMissing: Finding[];
  /** Accepted since, as they were found. */
  readonly newlyAccepted: Finding[];
  /** Accepted before, open again: the day has passed, the evidence is another one, or somebody ended it. */
  readonly noLongerAccepted: Finding[];
  /** Could not be told before, held now. */
  readonly nowHeld: Finding[];
  /** Told before, cannot be told now. */
  readonly noLongerTold: Finding[];
  /** Whether what is missing needs another fix than the one given before. */
  readonly needsNewFix: boolean;
  /** Whether both runs failed, for the same reason. */
  readonly failsAsBefore: boolean;
};

/** What a run found that differs from the run before it; both of the same connection. */
export function changesBetween(before: Verification, after: Verification): Changes {
  const earlier = new Map(before.findings.map((finding) => [subjectOf(finding), finding]));
  const stateBefore = (finding: Finding) => earlier.get(subjectOf(finding))?.state;
  // What was held elsewhere, such as on another datastore, was not held here.
  const isElsewhere = ({ scope }: Finding, then: Finding | undefined) =>
    scope !== undefined && then?.scope !== undefined && then.scope !== scope;
  const wasHeld = (finding: Finding) =>
    isHeld(stateBefore(finding)) && !isElsewhere(finding, earlier.get(subjectOf(finding)));
  const wasMissing = (finding: Finding) => stateBefore(finding) === 'missing';
  const wasAccepted = (finding: Finding) => earlier.get(subjectOf(finding))?.accepted !== undefined;
  const missing = after.findings.filter((finding) => isOpen(finding, 'missing'));
  const open = [...missing, ...after.findings.filter((finding) => isOpen(finding, 'inconclusive'))];
  const held = after.findings.filter(({ state }) => isHeld(state));
  const newlyAccepted = after.findings.filter((finding) => finding.accepted && !wasAccepted(finding));
  const noLongerAccepted = open.filter(wasAccepted);
  const stillMissing = missing.filter((finding) => wasMissing(finding) && !wasAccepted(finding));
  const newlyMissing = missing.filter(wasHeld);
  const foundMissing = missing.filter(
    (finding) => !wasHeld(finding) && !wasMissing(finding) && !wasAccepted(finding),
  );
  // The fix given before leaves out what was accepted then, and carries what is accepted now.
  const isRecut = missing.some(wasAccepted) || (missing.length > 0 && newlyAccepted.some(wasMissing));
  const deniedElsewhere = stillMissing.some((finding) => {
    const { layer, denial, policy, alsoLayer } = finding;
    const then = earlier.get(subjectOf(finding));
    return (
      then?.layer !== layer ||
      then?.denial !== denial ||
      then?.policy !== policy ||
      then?.alsoLayer !== alsoLayer
    );
  });
  return {
    since: before.startedAt,
    verdictBefore: before.verdict,
    fixed: held.filter(wasMissing),
    newlyMissing,
    foundMissing,
    stillMissing,
    newlyAccepted,
    noLongerAccepted,
    nowHeld: held.filter((finding) => stateBefore(finding) === 'inconclusive'),
    noLongerTold: open.filter(
      (finding) =>
        finding.state === 'inconclusive' && stateBefore(finding) !== 'inconclusive' && !wasAccepted(finding),
    ),
    needsNewFix: newlyMissing.length + foundMissing.length > 0 || deniedElsewhere || isRecut,
    failsAsBefore: after.error !== undefined && isDeepStrictEqual(before.error, after.error),
  };
}

function isHeld(state: FindingState | undefined): boolean {
  return state === 'granted' || state === 'likely';
}
