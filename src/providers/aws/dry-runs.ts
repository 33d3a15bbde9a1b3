import type { LimitFunction } from 'p-limit';
import type { AwsAnswer } from './answers.ts';
import type { AwsClient } from './client.ts';
import { createTags } from './places.ts';
import { isTaggable, type Launch, type ProbeOptions } from './probes.ts';
import { isDenied, readProbe } from './read-answers.ts';
import { type TagOutcome, taggedAfterwards, taggingActions, tagsWhile } from './tagging.ts';

export type DryRunDependencies = {
  readonly client: AwsClient;
  readonly region: string;
  readonly partition: string;
  /** An availability zone of the region, as far as is known. */
  readonly zone: string;
  /** What the launch can name that exists. */
  readonly launch: Promise<Launch | undefined>;
  readonly limit: LimitFunction;
};

/** What dry runs of one action came to. */
export type Asked = {
  /** Without a VPC, which tells of the default one. */
  readonly first: AwsAnswer;
  readonly answer: AwsAnswer;
  /** The answer to the same with tags, where those were the only thing refused. */
  readonly refusedTags?: AwsAnswer;
};

export type DryRuns = {
  /** The dry run of an action, once however often it is asked for. */
  ask(action: string): Promise<Asked>;
  /** The dry run of setting tags on these kinds of resources, once they are there. */
  tag(kinds: readonly string[]): Promise<AwsAnswer>;
  /** What became of the tags that actions set while making something. */
  tags(): Promise<TagOutcome[]>;
};

const createSecurityGroup = 'ec2:CreateSecurityGroup';
const isHeld = (answer: AwsAnswer) => ['granted', 'likely'].includes(readProbe(answer, '').state);

/** Creates what asks EC2 dry. */
export function createDryRuns(dependencies: DryRunDependencies): DryRuns {
  const { client, partition, zone, launch, limit } = dependencies;
  const asked = new Map<string, Promise<Asked>>();

  /** The same dry run again where its first parameters stood in the way of an answer about the permission. */
  async function probe(action: string, options: ProbeOptions): Promise<Omit<Asked, 'refusedTags'>> {
    const first = await limit(() => client.probe(action, options));
    if (first.kind !== 'refused') return { first, answer: first };
    if (action === createSecurityGroup && first.code === 'VPCIdNotSpecified')
      return { first, answer: await limit(() => client.probeSecurityGroupInVpc(options)) };
    if (action !== 'ec2:CreateVolume' || !/Zone/.test(first.code)) return { first, answer: first };
    // Zone `a` is not there for everybody.
    const subnets = await client.anySubnets();
    const [found] = subnets.kind === 'done' ? subnets.output.Subnets : [];
    if (!found) return { first, answer: first };
    const there = { ...options, zone: found.AvailabilityZone };
    return { first, answer: await limit(() => client.probe(action, there)) };
  }

  async function askOnce(action: string): Promise<Asked> {
    const options: ProbeOptions = {
      zone,
      ...(action === 'ec2:RunInstances' && { launch: await launch }),
      ...(action === createTags && { tagged: taggedAfterwards(partition) }),
    };
    const tags = tagsWhile(action, partition);
    const withTags = await probe(action, { ...options, tags });
    if (tags.length === 0 || !isDenied(withTags.answer)) return withTags;
    // Either the action is refused or the tags are; AWS does not always name the one that it means.
    const without = await probe(action, options);
    return isHeld(without.answer) ? { ...without, refusedTags: withTags.answer } : withTags;
  }

  function ask(action: string): Promise<Asked> {
    const known = asked.get(action) ?? askOnce(action);
    asked.set(action, known);
    return known;
  }

  async function tagsOf(action: string): Promise<TagOutcome> {
    const { answer, refusedTags } = await ask(action);
    const told = { action, kinds: tagsWhile(action, partition) };
    if (refusedTags)
      return { ...told, outcome: 'denied', refusal: readProbe(refusedTags, dependencies.region) };
    return { ...told, outcome: isHeld(answer) ? 'allowed' : 'open' };
  }

  return {
    ask,
    tag: (kinds) => limit(() => client.probe(createTags, { zone, tagged: kinds.filter(isTaggable) })),
    tags: () => Promise.all(taggingActions(partition).map(tagsOf)),
  };
}
