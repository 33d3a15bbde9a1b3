import type { AnswerParts } from '../provider.ts';
import type { AwsAnswer, Subnets } from './answers.ts';
import { isDenied } from './read-answers.ts';

/** What a region can lack, as the path of the object that is missing. */
export const lacking = { vpc: 'default-vpc', subnets: 'default-subnets' } as const;

const method = 'read' as const;

/** Why the default subnets were not told. */
function withoutSubnets(subnets: Exclude<AwsAnswer<Subnets>, { kind: 'done' }>, region: string): string {
  const open = `so it could not be told whether ${region} has a default VPC.`;
  if (isDenied(subnets)) return `ec2:DescribeSubnets is refused, ${open}`;
  if (subnets.kind === 'refused') return `AWS answered ${subnets.code} to ec2:DescribeSubnets, ${open}`;
  return `AWS ${subnets.message} when asked for subnets, ${open}`;
}

/**
 * Whether the region has a default VPC with subnets, from what the documented permissions allow to ask: its default
 * subnets, and EC2's word on a security group without a VPC.
 */
export function readDefaultVpc(
  subnets: AwsAnswer<Subnets>,
  securityGroup: AwsAnswer,
  region: string,
): AnswerParts {
  const scope = region;
  const refusal = securityGroup.kind === 'refused' ? securityGroup.code : undefined;
  const found = subnets.kind === 'done' ? subnets.output.Subnets : undefined;
  const vpc = found?.[0]?.VpcId;
  if (found && vpc) {
    const text = `${vpc} has ${found.length} default ${found.length === 1 ? 'subnet' : 'subnets'} in ${region}.`;
    return { state: 'granted', method, scope, evidence: { text } };
  }
  if (refusal === 'VPCIdNotSpecified') {
    const text = `EC2 says that ${region} has no default VPC. Other regions were not looked at.`;
    const objects = [{ id: region, path: lacking.vpc }];
    const evidence = { code: refusal, text };
    return { state: 'missing', method: found ? 'read' : 'dry-run', scope, objects, evidence };
  }
  if (refusal === 'DryRunOperation') {
    const makes = `EC2 would make a security group without being told a VPC, so ${region} has a default one`;
    const code = refusal;
    if (!found) return { state: 'likely', method: 'dry-run', scope, evidence: { code, text: `${makes}.` } };
    const text = `${makes}, but its default subnets were deleted.`;
    const objects = [{ id: region, path: lacking.subnets }];
    return { state: 'missing', method, scope, objects, evidence: { code, text } };
  }
  const text =
    subnets.kind === 'done'
      ? `${region} has no default subnet: either there is no default VPC, or its default subnets were deleted.`
      : withoutSubnets(subnets, region);
  return { state: 'inconclusive', method, scope, evidence: { text } };
}
