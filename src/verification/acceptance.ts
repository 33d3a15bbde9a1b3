import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defaultProfile } from '../catalog/profile.ts';
import { Accepted, type Finding, goneGroup, subjectOf } from './finding.ts';

/** A requirement whose finding somebody takes as it is. It changes what counts, never what was found. */
export const Acceptance = Accepted.extend({
  requirement: z.string(),
  /** Absent for every group that has the requirement. */
  group: z.string().optional(),
  /** What `evidenceOf` gave for what was accepted; absent where nothing had been found yet, as on a command line. */
  evidence: z.string().optional(),
});
export type Acceptance = z.infer<typeof Acceptance>;

/** Characters that a reason may have. */
export const longestReason = 500;

/** What a finding rests on, as a short text that is another one when that changes; wording alone does not count. */
export function evidenceOf(finding: Finding): string {
  const { state, scope, layer, policy, alsoLayer, denial, conflict, condition, formal, objects } = finding;
  const { code, text } = finding.evidence;
  // Only the words say what contradicts what, and without a code or a condition why something could not be told.
  const isUntold = state === 'inconclusive' && code === undefined && condition === undefined;
  const places = objects?.map(({ id }) => id).sort();
  const told = [state, code, scope, layer, policy, alsoLayer, denial, conflict, condition, formal, places];
  // What is asked for by a further profile was not accepted for that.
  const askers = (finding.asks ?? []).map(({ profile }) => profile).sort();
  const others = askers.some((profile) => profile !== defaultProfile) ? [askers] : [];
  const all = JSON.stringify([...told, conflict || isUntold ? text : undefined, ...others]);
  return createHash('sha256').update(all).digest('hex').slice(0, 32);
}

/**
 * Whether a finding is one that can be accepted. Optional ones decide nothing; behind one with a code of `incidentCodes`
 * something happened that nobody is to overlook.
 */
export const isAcceptable = (
  { state, level, group, evidence }: Finding,
  incidentCodes: readonly string[] = [],
) =>
  level !== 'optional' &&
  group !== goneGroup &&
  (state === 'missing' || state === 'inconclusive') &&
  !incidentCodes.includes(evidence.code ?? '');

const dayOf = (moment: Date) => moment.toISOString().slice(0, 10);

/** The last day until which something can be accepted: the same day a year later. */
export function lastDay(now: Date): string {
  const day = new Date(now);
  day.setUTCFullYear(day.getUTCFullYear() + 1);
  return dayOf(day);
}

/** What is wrong with the day until which something is to be accepted, as a sentence. */
export function dayProblem(until: string, now: Date): string | undefined {
  if (!z.iso.date().safeParse(until).success) return 'Give a day as YYYY-MM-DD.';
  if (until > lastDay(now)) return `At most a year ahead: ${lastDay(now)} is the last day.`;
  return undefined;
}

/** Whether the day of an acceptance, which is its last one, has passed in UTC. */
export const isOver = ({ until }: Pick<Acceptance, 'until'>, now: Date) => until < dayOf(now);

const isAbout = ({ requirement, group }: Acceptance, finding: Finding) =>
  requirement === finding.requirement && (group === undefined || group === finding.group);

/** The findings with a mark on those that are accepted at a moment; each keeps its state. */
export function withAccepted(
  findings: readonly Finding[],
  acceptances: readonly Acceptance[],
  { now, incidentCodes }: { now: Date; incidentCodes?: readonly string[] | undefined },
): Finding[] {
  const valid = acceptances.filter((acceptance) => !isOver(acceptance, now));
  return findings.map((finding) => {
    const found = valid.find(
      (each) => isAbout(each, finding) && (each.evidence ?? evidenceOf(finding)) === evidenceOf(finding),
    );
    if (!found || !isAcceptable(finding, incidentCodes)) return finding;
    const { by, until, reason } = found;
    return { ...finding, accepted: { ...(by !== undefined && { by }), until, reason } };
  });
}

/** The acceptances that a run has ended: their day has passed, or what they accept is held now. */
export function endedBy(
  findings: readonly Finding[],
  acceptances: readonly Acceptance[],
  now: Date,
): Acceptance[] {
  const held = findings.filter(({ state }) => state === 'granted' || state === 'likely');
  return acceptances.filter(
    (acceptance) => isOver(acceptance, now) || held.some((finding) => isAbout(acceptance, finding)),
  );
}

/** What an acceptance is about, as a finding's own `subjectOf`. */
export const acceptedSubject = ({ requirement, group = '' }: Acceptance) => subjectOf({ requirement, group });
