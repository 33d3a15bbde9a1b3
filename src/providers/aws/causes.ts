import type { Finding } from '../../verification/finding.ts';
import type { Cause } from '../../verification/verification.ts';
import { causeOf } from '../causes.ts';
import { lacking } from './default-vpc.ts';
import { guardedAsAWhole, policyWords } from './guards.ts';
import { isQuarantine } from './refusals.ts';

const isAction = ({ requirement }: Finding) => /^(ec2|iam):/.test(requirement);

/** No policy allows anything: a key that nobody has given rights yet. */
function grantedNothing(refused: readonly Finding[], counting: readonly Finding[]): boolean {
  const isPlain = ({ layer, denial, alsoLayer }: Finding) =>
    denial !== 'explicit' && layer === 'identity-policy' && alsoLayer === undefined;
  const asked = counting.filter(isAction);
  return asked.length > 1 && asked.every(({ state }) => state === 'missing') && refused.every(isPlain);
}

/** One kind of policy that is not the caller's own is behind all, where it is. */
function foreignLayer(refused: readonly Finding[]): Finding | undefined {
  const [first] = refused;
  const isSame = ({ layer, denial, policy, alsoLayer }: Finding) =>
    layer === first?.layer && denial === first?.denial && policy === first?.policy && !alsoLayer;
  const isForeign =
    first?.layer !== undefined && (first.layer !== 'identity-policy' || first.denial === 'explicit');
  return first && isForeign && refused.every(isSame) ? first : undefined;
}

function refusalCause(refused: readonly Finding[], counting: readonly Finding[]): Cause[] {
  if (refused.some(({ policy }) => isQuarantine(policy)))
    return causeOf(refused, 'its key has leaked, and AWS has taken its rights away');
  const guarded = guardedAsAWhole(refused, counting);
  const [guard] = guarded;
  if (guard?.denial === 'explicit')
    return causeOf(guarded, `a Deny in the ${policyWords(guard)} covers everything`);
  if (guard) return causeOf(guarded, `the ${policyWords(guard)} allows nothing of it`);
  if (grantedNothing(refused, counting)) return causeOf(refused, 'no policy allows any of NAMES');
  const layer = foreignLayer(refused);
  if (!layer) return [];
  const verb = layer.denial === 'explicit' ? 'forbids' : 'does not allow';
  return causeOf(refused, `the ${policyWords(layer)} ${verb} NAMES`);
}

/** A default VPC whose subnets were deleted is there, and needs them alone. */
function vpcCause(finding: Finding): Cause[] {
  const isBare = finding.objects?.length && finding.objects.every(({ path }) => path === lacking.subnets);
  return causeOf(
    [finding],
    isBare ? 'the default VPC has lost its default subnets' : 'there is no default VPC',
  );
}

/** What lies behind what is missing: a leaked key, a guard, a policy that is not the caller's own, no default VPC. */
export function causesOf({
  missing,
  counting = missing,
}: {
  readonly missing: readonly Finding[];
  readonly counting?: readonly Finding[];
}): Cause[] {
  const isVpc = ({ requirement, layer }: Finding) => requirement === 'prerequisite:default-vpc' && !layer;
  return [
    ...refusalCause(
      missing.filter((finding) => !isVpc(finding)),
      counting,
    ),
    ...missing.filter(isVpc).flatMap(vpcCause),
  ];
}
