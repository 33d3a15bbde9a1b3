import type { LimitFunction } from 'p-limit';
import type { AnswerParts } from '../provider.ts';
import type { AwsAnswer } from './answers.ts';
import type { AwsClient } from './client.ts';
import { readDefaultVpc } from './default-vpc.ts';
import { isDenied } from './read-answers.ts';
import { readRefusal } from './refusals.ts';

/** What is told about one region. */
export type RegionAnswer = { readonly region: string; readonly told: AnswerParts };

const organisation = 'service-control-policy' as const;

/** What is told of a region that the organisation refuses as such, which is how it closes regions. */
function closedRegion(answers: readonly AwsAnswer[], region: string): AnswerParts | undefined {
  const refusals = answers.map((answer) => (isDenied(answer) ? readRefusal(answer.message) : undefined));
  const [first] = refusals;
  if (!first || refusals.some((refusal) => refusal?.layer !== organisation)) return undefined;
  const { text, ...named } = first;
  return { state: 'missing', method: 'read', scope: region, ...named, evidence: { text } };
}

/** Looks for a default VPC in every other region that the account has enabled. */
export async function lookElsewhere(
  client: AwsClient,
  home: string,
  limit: LimitFunction,
): Promise<RegionAnswer[]> {
  const enabled = await limit(() => client.enabledRegions());
  if (enabled.kind !== 'done') {
    const text = 'Which other regions the account has enabled could not be told.';
    return [{ region: 'other regions', told: { state: 'inconclusive', method: 'read', evidence: { text } } }];
  }
  const others = enabled.output.filter((region) => region !== home);
  return Promise.all(
    others.map(async (region) => {
      const there = client.inRegion(region);
      const subnets = await limit(() => there.defaultSubnets());
      const isThere = subnets.kind === 'done' && subnets.output.Subnets.length > 0;
      const securityGroup = isThere
        ? subnets
        : await limit(() => there.probe('ec2:CreateSecurityGroup', { zone: `${region}a` }));
      const closed = closedRegion([subnets, securityGroup], region);
      return { region, told: closed ?? readDefaultVpc(subnets, securityGroup, region) };
    }),
  );
}

const words = {
  missing: 'No usable default VPC in',
  inconclusive: 'Could not be told in',
  likely: 'Likely in',
  granted: 'Found in',
} as const;

/** One answer for all regions that were looked at: the worst, with the regions it holds for. */
export function joinRegions(regions: readonly RegionAnswer[]): AnswerParts {
  const [only] = regions;
  if (only && regions.length === 1) return only.told;
  const order = ['missing', 'inconclusive', 'likely', 'granted'] as const;
  const state = order.find((each) => regions.some(({ told }) => told.state === each)) ?? 'inconclusive';
  const concerned = regions.filter(({ told }) => told.state === state);
  const [open, closed] = [
    concerned.filter(({ told }) => told.layer !== organisation),
    concerned.filter(({ told }) => told.layer === organisation),
  ];
  const named = (some: readonly RegionAnswer[]) => some.map(({ region }) => region).join(', ');
  const sentences = [
    open.length > 0 && `${words[state]} ${named(open)}`,
    closed.length > 0 && `a service control policy refuses ${named(closed)}`,
    `looked at ${regions.length} enabled regions`,
  ];
  const text = `${sentences.filter(Boolean).join('; ')}.`;
  const code = concerned[0]?.told.evidence.code;
  const objects = concerned.flatMap(({ told }) => told.objects ?? []);
  return {
    state,
    method: 'read',
    scope: named(concerned),
    ...(objects.length > 0 && { objects }),
    ...(open.length === 0 && { layer: organisation, denial: 'explicit' as const }),
    evidence: { ...(code && { code }), text },
  };
}
