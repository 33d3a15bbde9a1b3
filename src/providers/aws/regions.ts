import type { LimitFunction } from 'p-limit';
import type { AnswerParts } from '../provider.ts';
import type { AwsClient } from './client.ts';
import { readDefaultVpc } from './read-answers.ts';

/** What is told about one region. */
export type RegionAnswer = { readonly region: string; readonly told: AnswerParts };

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
        : await limit(() => there.probe('ec2:CreateSecurityGroup', `${region}a`));
      return { region, told: readDefaultVpc(subnets, securityGroup, region) };
    }),
  );
}

/** One answer for all regions that were looked at: the worst, with the regions it holds for. */
export function joinRegions(regions: readonly RegionAnswer[]): AnswerParts {
  const [only] = regions;
  if (only && regions.length === 1) return only.told;
  const order = ['missing', 'inconclusive', 'likely', 'granted'] as const;
  const state = order.find((each) => regions.some(({ told }) => told.state === each)) ?? 'inconclusive';
  const concerned = regions.filter(({ told }) => told.state === state);
  const names = concerned.map(({ region }) => region);
  const words = {
    missing: 'No default VPC in',
    inconclusive: 'Could not be told in',
    likely: 'Likely in',
    granted: 'Found in',
  };
  const text = `${words[state]} ${names.join(', ')}; looked at ${regions.length} enabled regions.`;
  const code = concerned[0]?.told.evidence.code;
  return { state, method: 'read', scope: names.join(', '), evidence: { ...(code && { code }), text } };
}
