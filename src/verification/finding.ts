import { z } from 'zod';
import { Level } from '../catalog/profile.ts';

export const FindingState = z
  .enum(['granted', 'likely', 'missing', 'inconclusive', 'not-applicable'])
  .describe(
    'granted: proven; likely: strong but indirect evidence; inconclusive: could not be told, see evidence.',
  );
export type FindingState = z.infer<typeof FindingState>;

export const Evidence = z.object({
  code: z.string().optional().describe("The provider's own code."),
  text: z.string().describe('What was asked and answered, in a sentence or two.'),
  caveat: z.string().optional().describe('Where the answer may not hold.'),
});
export type Evidence = z.infer<typeof Evidence>;

/** By whom a finding is taken as it is, and until when. */
export const Accepted = z.object({
  by: z.string().optional().describe('The chat user id of who accepted it; absent on a command line.'),
  until: z.iso.date().describe('The last day, in UTC, on which it counts as accepted.'),
  reason: z.string(),
});
export type Accepted = z.infer<typeof Accepted>;

/** How one profile asks for a requirement. */
export const Ask = z.object({
  profile: z.string().describe('The id of the profile.'),
  group: z.string(),
  level: Level,
  step: z.string(),
  without: z.string(),
});
export type Ask = z.infer<typeof Ask>;

/** One requirement's result. */
export const Finding = z.object({
  requirement: z.string().describe('The documented id, such as ec2:CreateImage or prerequisite:default-vpc.'),
  name: z.string().describe('The requirement in readable words.'),
  group: z.string().describe('The documented role, policy or kind of object it belongs to.'),
  level: Level.describe('The strictest of the profiles that ask for it.'),
  step: z.string().describe('The build step that needs it.'),
  without: z.string().describe('What happens to a build without it.'),
  asks: z
    .array(Ask)
    .optional()
    .describe('Which profiles ask for it, and how; absent where the verification is of one profile.'),
  state: FindingState,
  scope: z.string().optional().describe('Where the answer holds, such as a region or a resource.'),
  objects: z
    .array(z.object({ id: z.string(), path: z.string() }))
    .optional()
    .describe("What it is missing on, by the provider's own ids and paths."),
  layer: z
    .string()
    .optional()
    .describe('Which layer of the provider denies, when the provider said so, such as identity-policy.'),
  policy: z
    .string()
    .optional()
    .describe('The id of the policy that denies, when the provider said so, such as an ARN.'),
  alsoLayer: z
    .string()
    .optional()
    .describe('A second layer that does not allow it either: a fix of one alone is not enough.'),
  denial: z
    .enum(['explicit', 'implicit'])
    .optional()
    .describe('explicit: a statement forbids it; implicit: no statement allows it.'),
  conflict: z
    .boolean()
    .optional()
    .describe('Two ways of checking contradict each other; the state is inconclusive.'),
  condition: z
    .string()
    .optional()
    .describe(
      'It is granted, but only where this condition of the provider holds; the state is inconclusive.',
    ),
  holds: z
    .array(z.string())
    .optional()
    .describe('What is held in its place, such as another role; empty where that is known to be nothing.'),
  formal: z
    .boolean()
    .optional()
    .describe('It is missing as documented, while everything that builds are known to use of it is held.'),
  method: z
    .enum([
      'dry-run',
      'simulation',
      'dry-run+simulation',
      'effective-permissions',
      'test-permissions',
      'read',
      'none',
    ])
    .describe('How it was found out; none: it was not checked.'),
  evidence: Evidence,
  accepted: Accepted.optional().describe(
    'It does not count against the verdict until then; the state stays what was found.',
  ),
});
export type Finding = z.infer<typeof Finding>;

/** What a finding is about: the same permission can be required of several kinds of object. */
export const subjectOf = ({ group, requirement }: Pick<Finding, 'group' | 'requirement'>) =>
  `${group} ${requirement}`;

/** Whether a finding is in a state that nobody has accepted. */
export const isOpen = (finding: Finding, state: 'missing' | 'inconclusive') =>
  finding.state === state && finding.accepted === undefined;

/** The group of a finding about a profile that is not there, which nobody can accept. */
export const goneGroup = 'profile';

/** What was found of what one profile asks for, as that one asks for it. */
export function findingsFor(findings: readonly Finding[], profile: string): Finding[] {
  return findings.flatMap((finding) => {
    if (!finding.asks) return [finding];
    const ask = finding.asks.find((each) => each.profile === profile);
    if (!ask) return [];
    const { level, step, without } = ask;
    return [{ ...finding, level, step, without }];
  });
}
