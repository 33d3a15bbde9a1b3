import type { Finding } from '../../verification/finding.ts';
import type { Remediation } from '../../verification/verification.ts';
import { forwardRemediation } from '../forward.ts';
import type { RemediationRequest } from '../provider.ts';
import { layers } from './words.ts';

const ids = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);
const keyOf = ({ layer, policy, denial, alsoLayer }: Finding) =>
  [layer, policy, denial, alsoLayer].join('\n');

/** A policy as a sentence names it: `service control policy arn:…`. */
export function policyWords({ layer, policy }: Finding): string {
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
export function guardRemediation(findings: readonly Finding[], refused: Refused): Remediation[] {
  const [first] = findings;
  if (!first) return [];
  const reason =
    first.denial === 'explicit'
      ? `A Deny in the ${policyWords(first)} covers`
      : `The ${policyWords(first)} allows none of`;
  const text = `Everything is refused for one reason. ${reason} the actions that were asked about, so single permissions are not the matter. Such a rule guards the account: it may demand certain addresses, a sign-in with a second factor, certain regions or a certain network. Do not remove it; ask whoever keeps it how this connection is to meet it.`;
  return [
    {
      title: `One reason for all ${findings.length}`,
      format: 'text',
      text,
      fixes: ids(findings),
      isCause: true,
    },
    forwardRemediation({
      ...refused,
      to: 'whoever keeps that rule',
      rule: policyWords(first),
      findings,
      ask: 'tell us how this connection is to meet the rule (addresses, a second factor, regions or a network).',
      note: 'Do not remove it: such a rule guards the account.',
    }),
  ];
}

type Refused = Pick<RemediationRequest, 'identity' | 'target'>;

const sameRule = (findings: readonly Finding[]) => [...Map.groupBy(findings, keyOf).values()];

/** Statements that forbid, in policies of the caller or in one that AWS does not name. */
export function denyRemediation(findings: readonly Finding[], refused: Refused): Remediation[] {
  const forbidden = findings.filter(
    ({ layer, denial }) => denial === 'explicit' && (layer === undefined || layer === 'identity-policy'),
  );
  const name = refused.identity?.name ?? 'the caller';
  return sameRule(forbidden).map((group) => {
    const [{ layer, policy } = {} as Partial<Finding>] = group;
    const place =
      policy ?? (layer ? `a policy of ${name} or of its groups` : 'a policy that AWS does not name');
    return forwardRemediation({
      ...refused,
      to: 'whoever wrote the policy',
      rule: `a Deny in ${place}`,
      findings: group,
      ask: 'leave this principal out of the Deny, or tell us how it is to meet it.',
      note: `A Deny in ${place} covers these actions, and a further Allow does not help. Ask whether this principal is meant by it, before anything is changed.`,
    });
  });
}

type Keeper = { readonly to: string; readonly ask: string; readonly note: string };

const others: Readonly<Record<string, Keeper>> = {
  'service-control-policy': {
    to: 'the administrator of your AWS organisation',
    ask: 'an exception for this principal, or another account to build in.',
    note: 'A service control policy denies this; no IAM policy of the account can change that.',
  },
  'resource-control-policy': {
    to: 'the administrator of your AWS organisation',
    ask: 'an exception for this principal, or another account to build in.',
    note: 'A resource control policy denies this; no IAM policy of the account can change that.',
  },
  'permissions-boundary': {
    to: 'whoever set the permissions boundary',
    ask: 'widen the boundary by these actions.',
    note: 'The permissions boundary does not allow this; a further IAM policy alone will not help.',
  },
  'session-policy': {
    to: 'whoever makes the session',
    ask: 'make the session without its policy, or allow these actions in it.',
    note: 'The session policy does not allow this; a further IAM policy alone will not help.',
  },
  'resource-policy': {
    to: 'the owner of the resource',
    ask: 'allow this principal in the policy of the resource.',
    note: 'A policy on the resource itself denies this.',
  },
};

/** What layers outside of the caller's own policies refuse, each for whoever keeps it. */
export function layerRemediation(findings: readonly Finding[], refused: Refused): Remediation[] {
  return Object.entries(others).flatMap(([layer, keeper]) => {
    const outside = findings.filter((finding) => finding.layer === layer || finding.alsoLayer === layer);
    return sameRule(outside).map((group): Remediation => {
      const isBoth = group.some(({ alsoLayer }) => alsoLayer);
      const both = isBoth
        ? ' The policies do not allow it either: both must, and the policy alone is not enough.'
        : '';
      const [first] = group;
      const named = first?.layer === layer ? policyWords(first) : layers[layer as keyof typeof layers];
      return forwardRemediation({
        ...refused,
        to: keeper.to,
        rule: named,
        findings: group,
        ask: keeper.ask,
        note: `${keeper.note}${both}`,
      });
    });
  });
}
