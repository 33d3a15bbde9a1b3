import type { Finding } from '../../verification/finding.ts';
import type { Remediation } from '../../verification/verification.ts';
import { layers } from './words.ts';

const ids = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);
const keyOf = ({ layer, policy, denial, alsoLayer }: Finding) =>
  [layer, policy, denial, alsoLayer].join('\n');

/** A policy as a sentence names it: `service control policy arn:…`. */
function policyWords({ layer, policy }: Finding): string {
  const kind = layers[layer as keyof typeof layers] ?? 'policy';
  return policy ? `${kind} ${policy}` : kind;
}

/** The key has leaked: AWS has tied the hands of its user, and whoever takes that back hands the account to others. */
export function quarantineRemediation(findings: readonly Finding[]): Remediation[] {
  const [first] = findings;
  if (!first) return [];
  const text = `AWS has found this key in public and attached ${first.policy} to its user. Treat the key as stolen: do not detach the policy. Follow the support case or the e-mail of AWS, make a new key for another user, delete this one, and look in CloudTrail for what was done with it. Then replace the credential of this connection.\n${ids(findings).join('\n')}`;
  return [{ title: 'The key has leaked: rotate it now', format: 'text', text, fixes: ids(findings) }];
}

/**
 * The findings behind which one guard stands that refuses everything, where there is one: the same kind of policy, and
 * the same one where AWS names it. A plain lack of grants is none.
 */
export function guardedAsAWhole(missing: readonly Finding[], counting: readonly Finding[]): Finding[] {
  const [first] = missing;
  const asked = counting.filter(({ requirement }) => requirement.startsWith('ec2:'));
  const isGuard = first?.denial === 'explicit' || (first?.layer && first.layer !== 'identity-policy');
  const isWhole = asked.length > 1 && asked.every(({ state }) => state === 'missing');
  const isOne = missing.every((finding) => first && keyOf(finding) === keyOf(first));
  return isGuard && isWhole && isOne && !first?.alsoLayer ? [...missing] : [];
}

/** One guard told once; whether builds meet it is for its keeper to say, and removing it is no advice. */
export function guardRemediation(findings: readonly Finding[]): Remediation[] {
  const [first] = findings;
  if (!first) return [];
  const reason =
    first.denial === 'explicit'
      ? `A Deny in the ${policyWords(first)} covers`
      : `The ${policyWords(first)} allows none of`;
  const text = `Everything is refused for one reason. ${reason} the actions that were asked about, so single permissions are not the matter. Such a rule guards the account: it may demand certain addresses, a sign-in with a second factor, certain regions or a certain network. Do not remove it; ask whoever keeps it how image builds are to meet it.`;
  return [
    {
      title: `One reason for all ${findings.length}`,
      format: 'text',
      text,
      fixes: ids(findings),
      isCause: true,
    },
  ];
}

/** Statements that forbid, in policies of the caller or in one that AWS does not name. */
export function denyRemediation(findings: readonly Finding[], name = 'the caller'): Remediation[] {
  const forbidden = findings.filter(
    ({ layer, denial }) => denial === 'explicit' && (layer === undefined || layer === 'identity-policy'),
  );
  return [...Map.groupBy(forbidden, keyOf).values()].map((group) => {
    const [{ layer, policy } = {} as Partial<Finding>] = group;
    const place =
      policy ?? (layer ? `a policy of ${name} or of its groups` : 'a policy that AWS does not name');
    const text = `A Deny in ${place} covers these actions, and a further Allow does not help. Ask whoever wrote it whether image builds are meant by it, before anything is changed.\n${ids(group).join('\n')}`;
    return { title: 'A Deny stands in the way', format: 'text', text, fixes: ids(group) };
  });
}

const others: Readonly<Record<string, string>> = {
  'service-control-policy':
    'A service control policy denies this. Your organisation’s administrator must change it; no IAM policy of the account can.',
  'resource-control-policy':
    'A resource control policy denies this. Your organisation’s administrator must change it.',
  'permissions-boundary':
    'The permissions boundary does not allow this. Whoever set the boundary must widen it; a further IAM policy alone will not help.',
  'session-policy':
    'The session policy does not allow this. Sign in without it, or have it widened where the session is made.',
  'resource-policy': 'A policy on the resource itself denies this. Its owner must change it.',
};

/** What layers outside of the caller's own policies refuse, each for whoever keeps it. */
export function layerRemediation(findings: readonly Finding[]): Remediation[] {
  return Object.entries(others).flatMap(([layer, advice]) => {
    const refused = findings.filter((finding) => finding.layer === layer || finding.alsoLayer === layer);
    return [...Map.groupBy(refused, keyOf).values()].map((group): Remediation => {
      const { policy } = group[0] ?? {};
      const both = group.some(({ alsoLayer }) => alsoLayer)
        ? ' The policies do not allow it either: both must, and the policy above alone is not enough.'
        : '';
      const named = policy ? ` It is ${policy}.` : '';
      const text = `${advice}${named}${both}\n${ids(group).join('\n')}`;
      return { title: 'Not yours to fix', format: 'text', text, fixes: ids(group) };
    });
  });
}
