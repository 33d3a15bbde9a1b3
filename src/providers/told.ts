import { z } from 'zod';
import type { Finding } from '../verification/finding.ts';
import { Identity, type Remediation } from '../verification/verification.ts';

/** What kind of thing an error in a log is. */
export const toldKinds = [
  'permission',
  'prerequisite',
  'policy',
  'credential',
  'not-permission',
  'unknown',
] as const;
export type ToldKind = (typeof toldKinds)[number];

/** One thing that a log says, as a provider reads it; what the text does not say is left out. */
export type Told = {
  readonly kind: ToldKind;
  /** The provider's own ids of what is missing, where the text names them or leaves no choice. */
  readonly requirements: readonly string[];
  /** What may be missing, where the text leaves a choice. */
  readonly candidates?: readonly string[] | undefined;
  /** What it means, in a sentence or two. */
  readonly text: string;
  readonly identity?: Identity | undefined;
  /** What it was refused on, as the text spells it. */
  readonly resource?: string | undefined;
  /** The documented role or policy that is to give it, where that is not the first one that has it. */
  readonly group?: string | undefined;
  /** Where a verification would have told of it, in the words of its findings. */
  readonly scope?: string | undefined;
  readonly layer?: Finding['layer'];
  /** The layer that it usually is, where the text names none: what is offered is for that. */
  readonly usualLayer?: Finding['layer'];
  readonly denial?: Finding['denial'];
  readonly policy?: Finding['policy'];
  /** The target of a connection, as far as the text tells: account, region, subscription, project. */
  readonly target?: Readonly<Record<string, string>> | undefined;
  /** What helps besides the fix of what is missing. */
  readonly more?: readonly Remediation[] | undefined;
  /** Whether that is all that helps: a role or a policy for whoever was refused would not. */
  readonly isMoreAll?: boolean | undefined;
  /**
   * Whether what is missing is given on one object that the text names, or not at all: always for rights over rights, else for
   * what no profile asks for.
   */
  readonly onOne?: 'always' | 'unless-asked-for' | undefined;
  /** A build that waits in vain for its machine does so for this. */
  readonly isBehindTimeouts?: boolean | undefined;
  /** It is over by itself, and stands beside what ended a build more often than it does so. */
  readonly isPassing?: boolean | undefined;
  /** Where in the text it begins and ends. */
  readonly at: number;
  readonly end: number;
};

/** What a provider says of a refusal once it has decoded its own message. */
export const Decoded = z.object({
  kind: z.enum(toldKinds),
  requirements: z.array(z.string()),
  text: z.string(),
  identity: Identity.optional(),
  resource: z.string().optional(),
  denial: z.enum(['explicit', 'implicit']).optional(),
  target: z.record(z.string(), z.string()).optional(),
  onOne: z.enum(['always', 'unless-asked-for']).optional(),
});
export type Decoded = z.infer<typeof Decoded>;

/** What a tool did at a place of a log, by its own words: the requirements of that step. */
export type ToolStep = { readonly says: string; readonly requirements: readonly string[] };

/** A log without what tools and build services put around messages, and without secrets. */
export type LogText = {
  readonly text: string;
  readonly stepAt: (at: number) => ToolStep | undefined;
};

/** White space between words, line ends among it; bounded, so that no text makes a pattern slow. */
const blank = '\\s{1,80}';

/** A pattern that is looked for everywhere, its blanks being any white space; each part of it must be bounded. */
export const spaced = (source: string, flags = ''): RegExp =>
  new RegExp(source.replaceAll(' ', blank), `g${flags}`);

/** No log has more errors that anybody reads; the last ones are those that ended it. */
const mostMatches = 300;

/** Where a pattern stands in a text, in its order. */
export function matchesOf(text: string, pattern: RegExp): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  for (const match of text.matchAll(pattern)) {
    found.push(match);
    if (found.length >= 2 * mostMatches) found.splice(0, mostMatches);
  }
  return found;
}

/** Where a match stands. */
export const span = (match: RegExpExecArray): Pick<Told, 'at' | 'end'> => ({
  at: match.index,
  end: match.index + match[0].length,
});

/** Those that no message close by tells more of. */
export const unlessNear = (bare: readonly Told[], told: readonly Told[], characters: number): Told[] =>
  bare.filter(
    ({ at, end }) => !told.some((each) => each.end > at - characters && each.at < end + characters),
  );

/** Whether something that was read at the very end of a text may go on behind it. */
export const isCutOff = (text: string, end: number): boolean => text.slice(end, end + 80).trim() === '';

/** A message that says what it is by itself. */
export type Sign = Pick<
  Told,
  'kind' | 'text' | 'candidates' | 'layer' | 'usualLayer' | 'isBehindTimeouts' | 'isPassing'
> & {
  readonly pattern: RegExp;
  readonly requirements?: readonly string[];
};

/** What the signs of a table say of a text. */
export const readSigns = (text: string, signs: readonly Sign[]): Told[] =>
  signs.flatMap(({ pattern, requirements = [], ...told }) =>
    matchesOf(text, pattern).map((match): Told => ({ ...told, requirements, ...span(match) })),
  );

/** A refusal that names nothing: what the step of the tool needs, where that is one thing, and else what it may need. */
export function toldByStep(
  step: ToolStep | undefined,
  label: string,
): Pick<Told, 'requirements' | 'candidates' | 'text'> {
  if (!step)
    return {
      requirements: [],
      text: `${label} refused a call, and the text names neither what for nor the step.`,
    };
  const { says, requirements } = step;
  const text = `${label} refused a call. The tool was at “${says}”, which takes ${requirements.join(', ')}.`;
  return requirements.length === 1
    ? { requirements, text }
    : { requirements: [], candidates: requirements, text };
}
