import type { Finding } from '../../verification/finding.ts';
import type { Remediation } from '../../verification/verification.ts';
import type { RemediationRequest } from '../provider.ts';
import { lacking } from './default-vpc.ts';
import {
  denyRemediation,
  guardedAsAWhole,
  guardRemediation,
  layerRemediation,
  quarantineRemediation,
} from './guards.ts';
import { policyRemediation } from './policy-remediation.ts';
import { isQuarantine } from './refusals.ts';

/** Whether a further IAM policy on the user or role is part of its fix: nothing forbids it, only nothing allows it. */
function isFixedByPolicy(finding: Finding): boolean {
  const { layer, denial, alsoLayer } = finding;
  if (alsoLayer !== undefined) return true;
  return (
    (layer === undefined || layer === 'identity-policy') &&
    denial !== 'explicit' &&
    !isAllowedByPolicy(finding)
  );
}

/** Whether AWS refuses, naming no layer, what the simulator says the policies allow. */
function isAllowedByPolicy({ layer, method }: Finding): boolean {
  return layer === undefined && method === 'dry-run+simulation';
}

function outsideRemediation(findings: readonly Finding[]): Remediation[] {
  const fixes = findings.filter(isAllowedByPolicy).map(({ requirement }) => requirement);
  if (fixes.length === 0) return [];
  const text = `The policies allow this, as the policy simulator reads them, and yet AWS refuses it. Was a policy changed just now? Wait some minutes, then verify again. Otherwise a session policy, the policy of a VPC endpoint or a condition stands in between.\n${fixes.join('\n')}`;
  return [{ title: 'Look outside the policies', format: 'text', text, fixes }];
}

/** The smallest changes that fix what is missing, each for the layer that denies. */
export function remediate({
  missing,
  counting = missing,
  identity,
  target,
}: RemediationRequest): Remediation[] {
  const vpc = missing.filter(({ requirement, layer }) => requirement === defaultVpc && !layer);
  const refused = missing.filter((finding) => !vpc.includes(finding));
  // A stolen key gets no further rights, even where somebody has accepted what it is refused.
  const leaked = counting.filter(({ policy }) => isQuarantine(policy));
  if (leaked.length > 0) return quarantineRemediation(leaked);
  const guarded = guardedAsAWhole(refused, counting);
  const refusedWho = { identity, target };
  const single = guarded.length > 0 ? [] : refused;
  return [
    ...guardRemediation(guarded, refusedWho),
    ...policyRemediation(single.filter(isFixedByPolicy), { identity, target }),
    ...denyRemediation(single, refusedWho),
    ...outsideRemediation(single),
    ...layerRemediation(single, refusedWho),
    ...vpc.flatMap(vpcRemediation),
  ];
}

const defaultVpc = 'prerequisite:default-vpc';

/** One command for each region without a default VPC, or without its subnets. */
function vpcRemediation({ requirement, objects = [] }: Finding): Remediation[] {
  const regionsWith = (what: string) => objects.filter(({ path }) => path === what).map(({ id }) => id);
  const [without, bare] = [regionsWith(lacking.vpc), regionsWith(lacking.subnets)];
  const command = (title: string, lines: readonly string[]): Remediation[] =>
    lines.length > 0 ? [{ title, format: 'shell', text: lines.join('\n'), fixes: [requirement] }] : [];
  const vpcs = without.map((region) => `aws ec2 create-default-vpc --region ${region}`);
  const subnets = bare.map(
    (region) => `aws ec2 create-default-subnet --region ${region} --availability-zone ${region}a`,
  );
  const title = `Create a default VPC in ${without.join(', ')} (needs ec2:CreateDefaultVpc, which the connection itself does not)`;
  const subnetTitle = `Create the default subnet in ${bare.join(', ')} again, once for each zone (needs ec2:CreateDefaultSubnet, which the connection itself does not)`;
  return [...command(title, vpcs), ...command(subnetTitle, subnets)];
}
