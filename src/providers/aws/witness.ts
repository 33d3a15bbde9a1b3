import type { Evaluation } from './answers.ts';
import { isQuarantine } from './refusals.ts';
import type { Layer } from './words.ts';

/** What the policy simulator tells about one action. */
export type Witness = {
  readonly evaluation: Evaluation;
  /** The layer without which the action would be allowed. */
  readonly deniedBy?: Layer;
  /** Whether neither the boundary nor the caller's own policies allow it, on any kind of resource. */
  readonly lacksBoth?: boolean;
  /** The quarantine policy that forbids it. */
  readonly quarantine?: string;
  /** Kinds of resources on which it is allowed, where it is not on all. */
  readonly allowedOn: readonly string[];
  /** Whether these are all the kinds that the action concerns at once. */
  readonly coversAction: boolean;
  /** The resources that it was asked about, where a profile names them; it is allowed where it is on all of them. */
  readonly places?: readonly string[];
  /** Those of them that it is not allowed on. */
  readonly lackingOn?: readonly string[];
  /** Condition keys that policies ask for and that cannot be known here. */
  readonly unknownKeys: readonly string[];
};

/** With explicit resources IAM lists the missing keys with each of them, and otherwise for the whole. */
export function unknownKeysOf({
  MissingContextValues: keys = [],
  ResourceSpecificResults: results = [],
}: Evaluation) {
  return [...keys, ...results.flatMap(({ MissingContextValues: more = [] }) => more)];
}

export function quarantineOf({ MatchedStatements: statements = [] }: Evaluation): string | undefined {
  return statements.map(({ SourcePolicyId: id }) => id).find(isQuarantine);
}
