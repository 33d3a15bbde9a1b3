import { z } from 'zod';
import { type FindingState, subjectOf } from '../verification/finding.ts';
import { CredentialDates, Verdict, type Verification } from '../verification/verification.ts';

/** How a connection came out of a report: its verdict, or `fault` where the check itself broke. */
export const Outcome = z.enum([...Verdict.options, 'fault']);
export type Outcome = z.infer<typeof Outcome>;

/** What is known of a connection after a report. What could not be told this time stays as it was told last. */
export const Standing = z.object({
  outcome: Outcome,
  held: z.array(z.string()),
  missing: z.array(z.string()),
  /** What is known of the age of its credential. */
  credential: CredentialDates.optional(),
  /** The reminder of its expiry that was due by then, in days ahead. */
  reminder: z.int().optional(),
});
export type Standing = z.infer<typeof Standing>;

/** What differs between two standings, by requirement. */
export type StandingChange = {
  /** Held before, missing now. */
  readonly lost: readonly string[];
  readonly fixed: readonly string[];
  /** Not told before, missing now. */
  readonly foundMissing: readonly string[];
  /** The outcome before, where it is another one now. */
  readonly outcomeBefore?: Outcome;
};

const isHeld = (state: FindingState) => state === 'granted' || state === 'likely';

/** The standing after a verification, and what it changed. Without anything before there is nothing that changed. */
export function standingAfter(
  verification: Verification | undefined,
  before: Standing | undefined,
): { standing: Standing; change: StandingChange } {
  const findings = verification?.findings ?? [];
  const subjects = (wanted: (state: FindingState) => boolean) =>
    findings.filter(({ state }) => wanted(state)).map(subjectOf);
  const [held, missing] = [subjects(isHeld), subjects((state) => state === 'missing')];
  const decided = new Set([...held, ...missing, ...subjects((state) => state === 'not-applicable')]);
  const outcome = verification?.verdict ?? 'fault';
  // What is not asked for any more is not kept either; where the check broke, nothing was asked.
  const asked = new Set(findings.map(subjectOf));
  const isAsked = (subject: string) => verification === undefined || asked.has(subject);
  const untold = (known: readonly string[] = []) =>
    known.filter((subject) => !decided.has(subject) && isAsked(subject));
  const standing: Standing = {
    outcome,
    held: [...held, ...untold(before?.held)],
    missing: [...missing, ...untold(before?.missing)],
  };
  if (!before) return { standing, change: { lost: [], fixed: [], foundMissing: [] } };
  const [heldBefore, missingBefore] = [new Set(before.held), new Set(before.missing)];
  return {
    standing,
    change: {
      lost: missing.filter((subject) => heldBefore.has(subject)),
      fixed: held.filter((subject) => missingBefore.has(subject)),
      foundMissing: missing.filter((subject) => !heldBefore.has(subject) && !missingBefore.has(subject)),
      ...(before.outcome !== outcome && { outcomeBefore: before.outcome }),
    },
  };
}

/** Whether anything changed. */
export function isChanged({ lost, fixed, foundMissing, outcomeBefore }: StandingChange): boolean {
  return lost.length + fixed.length + foundMissing.length > 0 || outcomeBefore !== undefined;
}
