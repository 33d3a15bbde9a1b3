import { z } from 'zod';
import type { Requirement } from '../catalog/profile.ts';
import { nearestByName } from '../connections/nearest-name.ts';
import { type Acceptance, dayProblem, endedBy, isOver, longestReason } from '../verification/acceptance.ts';
import type { Verification } from '../verification/verification.ts';
import { BadInput } from './bad-input.ts';

const Entry = z.strictObject({
  requirement: z.string().min(1),
  group: z.string().optional(),
  until: z.string(),
  reason: z.string().trim().min(1).max(longestReason),
});
const shape = '{ "requirement": …, "until": "YYYY-MM-DD", "reason": … }, and "group" where only one is meant';

/** What is wrong with one entry, as a sentence. */
function problemOf(
  { requirement, group, until }: Acceptance,
  requirements: readonly Requirement[],
  now: Date,
) {
  const named = requirements.filter(({ id }) => id === requirement);
  if (named.length === 0) {
    const nearest = nearestByName(
      requirements.map(({ id: name }) => ({ name })),
      requirement,
    );
    return `there is no requirement "${requirement}".${nearest ? ` Did you mean ${nearest.name}?` : ''}`;
  }
  if (group !== undefined && !named.some((each) => each.group === group)) {
    const groups = [...new Set(named.map((each) => each.group))].join('", "');
    return `${requirement} has no group "${group}". It has: "${groups}".`;
  }
  const problem = dayProblem(until, now);
  return problem && `until: ${problem}`;
}

/**
 * Reads what the input says is accepted, each with a day and a reason. Throws `BadInput` with a line for each entry that
 * cannot be used; a day that has passed is none, the finding counts again.
 */
export function readAcceptances(
  value: unknown,
  requirements: readonly Requirement[],
  now: Date,
): Acceptance[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new BadInput(`accepted: Give a list, each entry as ${shape}.`);
  const read = value.map((entry: unknown, index) => {
    const parsed = Entry.safeParse(entry);
    const problem = parsed.success
      ? problemOf(parsed.data, requirements, now)
      : `${parsed.error.issues[0]?.path.join('.') || 'it'} is not as it should be. Give ${shape}.`;
    return { acceptance: parsed.data, problem: problem && `accepted, entry ${index + 1}: ${problem}` };
  });
  const problems = read.flatMap(({ problem }) => problem ?? []);
  if (problems.length > 0) throw new BadInput(problems.join('\n'));
  return read.flatMap(({ acceptance }) => acceptance ?? []);
}

/** A line for each acceptance that is of no use any more, so that a list of them can be kept short. */
export function uselessAcceptances(
  { findings, startedAt }: Verification,
  acceptances: readonly Acceptance[],
): string[] {
  const now = new Date(startedAt);
  return endedBy(findings, acceptances, now).map((acceptance) =>
    isOver(acceptance, now)
      ? `accepted: ${acceptance.requirement} was accepted until ${acceptance.until}, which has passed, so it counts again`
      : `accepted: ${acceptance.requirement} is granted, so it need not be accepted`,
  );
}
