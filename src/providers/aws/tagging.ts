import type { ResourceType } from '@aws-sdk/client-ec2';
import kindsFile from '../../catalog/aws-ec2-kinds.json' with { type: 'json' };
import type { AnswerParts } from '../provider.ts';
import type { Taggable } from './probes.ts';

/**
 * What a build tags while it makes it, by the action that makes it; EC2 looks at CreateTags then, with the action as
 * `ec2:CreateAction`. In China machines are tagged afterwards, and there and in GovCloud AMIs.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 * https://github.com/hashicorp/packer-plugin-amazon/tree/main/builder/common
 */
const whileMaking = kindsFile.taggedWhileMaking as Readonly<Record<string, readonly ResourceType[]>>;

/** The kinds that a build tags while an action makes them; none for an action that makes nothing. */
export function tagsWhile(action: string, partition: string): readonly ResourceType[] {
  const isRestricted = partition === 'aws-cn' || partition === 'aws-us-gov';
  if (partition === 'aws-cn' || (isRestricted && action === 'ec2:CreateImage')) return [];
  return whileMaking[action] ?? [];
}

/** The actions that tag what they make. */
export function taggingActions(partition: string): string[] {
  return Object.keys(whileMaking).filter((action) => tagsWhile(action, partition).length > 0);
}

/** All that a build tags: kinds by the action that makes them, and those that are tagged once they are there. */
export function tagging(
  partition: string,
): { readonly action?: string; readonly kinds: readonly string[] }[] {
  return [
    ...taggingActions(partition).map((action) => ({ action, kinds: tagsWhile(action, partition) })),
    { kinds: taggedAfterwards(partition) },
  ];
}

/** The kinds that a build tags once they are there. */
export function taggedAfterwards(partition: string): readonly Taggable[] {
  const { 'aws-cn': inChina, usual } = kindsFile.taggedAfterwards;
  return (partition === 'aws-cn' ? inChina : usual) as Taggable[];
}

/** What became of tagging while making. */
export type TagOutcome = {
  readonly action: string;
  readonly kinds: readonly string[];
  /** `open`: the action itself was refused, or EC2 did not say. */
  readonly outcome: 'allowed' | 'denied' | 'open';
  /** What the refused dry run told. */
  readonly refusal?: AnswerParts;
};

const list = (outcomes: readonly TagOutcome[]) =>
  outcomes.map(({ action, kinds }) => `${action} (${kinds.join(', ')})`).join(', ');

/**
 * What is told of CreateTags, from the direct call for what is tagged afterwards and from the calls that tag what they
 * make. Whoever may tag only while making is not called broken: builds that are told to tag what is finished stop.
 */
export function judgeTags(direct: AnswerParts, outcomes: readonly TagOutcome[]): AnswerParts {
  const of = (wanted: TagOutcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted);
  const [refused] = of('denied');
  if (refused?.refusal) {
    const allowed = of('allowed');
    const but = allowed.length > 0 ? ` It is allowed by ${list(allowed)}.` : '';
    const caveat = `Tags are refused while they are set by ${list(of('denied'))}.${but}`;
    return { ...refused.refusal, evidence: { ...refused.refusal.evidence, caveat } };
  }
  if (direct.state !== 'missing' || of('allowed').length === 0) return direct;
  const text = `Tags may be set while making what carries them (${list(of('allowed'))}), and not on what is there: a build that is told to tag its finished AMI or snapshots stops at its end, others pass. ${direct.evidence.text}`;
  return { ...direct, state: 'inconclusive', evidence: { ...direct.evidence, text } };
}
