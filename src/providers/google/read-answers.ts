import type { AnswerParts } from '../provider.ts';
import type { ComputeProject, GoogleAnswer } from './answers.ts';
import { type Explanation, endOf, grantingBindings, ownRoles, type Wanted } from './bindings.ts';
import type { Tested } from './client.ts';

/** Where a permission was tested, with what came back. */
export type Test = {
  readonly scope: string;
  /** The permissions that are needed there. */
  readonly wanted: readonly string[];
  readonly answer: GoogleAnswer<Tested>;
};

const method = 'test-permissions' as const;

export function inconclusive(scope: string, text: string, code?: string): AnswerParts {
  return { state: 'inconclusive', method: 'none', scope, evidence: { ...(code && { code }), text } };
}

function held(scope: string): AnswerParts {
  return { state: 'granted', method, scope, evidence: { text: `Google tested it on ${scope}: held.` } };
}

/** What a refused test leaves to say. */
function refusedTest(scope: string, answer: GoogleAnswer<never> & { kind: 'refused' }): AnswerParts {
  const { disabledApi, perimeter, code, status } = answer;
  if (perimeter) {
    const under = perimeter.id ? ` under ${perimeter.id}` : '';
    const text = `A service perimeter (VPC Service Controls) keeps the verification out of ${scope}. Builds may run inside of it, so nothing is told of them. Its administrator finds the refusal${under}.`;
    return inconclusive(scope, text, 'VPC_SERVICE_CONTROLS');
  }
  if (status === 404 && scope.startsWith('service account')) {
    const text = `There is no ${scope}, so no instance can run as it.`;
    return { state: 'missing', method, scope, evidence: { code, text } };
  }
  if (disabledApi)
    return inconclusive(
      scope,
      `${disabledApi.name ?? 'The API that tests them'} is not enabled, so permissions cannot be tested on ${scope}.`,
      code,
    );
  const isHidden = status === 403 || status === 404;
  const what = isHidden ? `${scope} was not found, or may not be seen: ` : '';
  const text = `${what}Google answered ${code} (${status}) when asked to test permissions on ${scope}.`;
  return inconclusive(scope, text.charAt(0).toUpperCase() + text.slice(1), code);
}

/** What a test that did not come to its end leaves to say. */
function untold({ scope, answer }: Test, permission: string): AnswerParts | undefined {
  if (answer.kind === 'unreachable')
    return inconclusive(scope, `Google ${answer.message} when asked to test permissions on ${scope}.`);
  if (answer.kind === 'refused') return refusedTest(scope, answer);
  if (!answer.output.untestable.includes(permission)) return undefined;
  return inconclusive(
    scope,
    `Google does not test ${permission} on ${scope} (“not valid for this resource”), so it could not be told there.`,
  );
}

function isHeld({ answer }: Test, permission: string): boolean {
  return answer.kind === 'done' && answer.output.held.includes(permission);
}

const settling = 'A role that was granted minutes ago may not have arrived yet.';
const elsewhere =
  'Roles that come through groups, folders or the organisation do not show in the bindings of the project.';

/** Grants on a single thing, which no test on a project shows. */
const onSingle: Readonly<Record<string, string>> = {
  'roles/compute.networkUser': 'A grant on the subnetwork itself would not show here.',
  'roles/storage.admin': 'A grant on the bucket itself would not show here.',
  'roles/iap.tunnelResourceAccessor': 'A grant on the instance or the zone itself would not show here.',
};

function deniedBy({ denyPolicies }: Explanation): string {
  if (!denyPolicies) return 'Whether a deny policy forbids it could not be looked at.';
  if (denyPolicies.length === 0)
    return 'No deny policy is attached to the project itself; one of its folder or organisation, or a principal access boundary, may forbid it.';
  const list = denyPolicies.map((name) => `“${name}”`).join(', ');
  return `The project has ${denyPolicies.length === 1 ? 'the deny policy' : 'deny policies'} ${list}, which may forbid it.`;
}

const day = (date: Date) =>
  date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });

/** Why a permission is not held, as far as that can be seen. */
function missing(scope: string, wanted: Wanted, seen: Explanation): AnswerParts {
  const base = { state: 'missing', method, scope } as const;
  const tested = `Google tested it on ${scope}: not held.`;
  const { free, conditional } = grantingBindings(seen, wanted);
  const [bound] = free;
  if (bound) {
    const text = `${tested} ${bound.role} is bound, and yet it is not granted. ${deniedBy(seen)}`;
    return { ...base, layer: 'deny-policy', denial: 'explicit', evidence: { text, caveat: settling } };
  }
  const expired = conditional.filter(({ condition }) => isOver(condition.expression));
  const [under] = conditional.filter((binding) => !expired.includes(binding));
  if (under) {
    const { expression } = under.condition;
    const may = under.isKnown ? 'gives it' : 'may give it';
    const text = `${under.role} ${may} and is bound under a condition, and what holds under it on single resources cannot be tested on ${scope}.`;
    return { state: 'inconclusive', method, scope, condition: expression, evidence: { text } };
  }
  const [last] = expired.filter(({ isKnown }) => isKnown);
  const end = last && endOf(last.condition.expression);
  if (last && end) {
    const text = `${tested} ${last.role} was bound until ${day(end)} and has expired; the binding is still there.`;
    return { ...base, layer: 'expired-binding', denial: 'implicit', evidence: { code: 'Expired', text } };
  }
  const unseen = seen.policy
    ? elsewhere
    : 'Role bindings could not be looked at; one with a condition on single resources would not show.';
  const named = seen.denyPolicies && seen.denyPolicies.length > 0 ? deniedBy(seen) : undefined;
  const text = [tested, unseen, onSingle[wanted.role], named].filter(Boolean).join(' ');
  const holds = seen.policy && ownRoles(seen);
  return {
    ...base,
    layer: 'role-binding',
    denial: 'implicit',
    ...(holds && { holds }),
    evidence: { text, caveat: settling },
  };
}

function isOver(expression: string): boolean {
  const end = endOf(expression);
  return end !== undefined && end.getTime() <= Date.now();
}

/** What is told of a permission that the project holds: not more than the bindings that are known to give it. */
function heldUnder(scope: string, wanted: Wanted, seen: Explanation): AnswerParts {
  const { free, conditional } = grantingBindings(seen, wanted);
  // What has ended cannot be where it comes from.
  const inForce = conditional.filter(({ condition }) => !isOver(condition.expression));
  const [under] = inForce;
  if (free.length > 0 || !under) return held(scope);
  const { expression } = under.condition;
  const [longest] = inForce
    .filter(({ isKnown }) => isKnown)
    .map(({ role, condition }) => ({ role, end: endOf(condition.expression)?.getTime() ?? 0 }))
    .filter(({ end }) => end > 0)
    .sort((one, other) => other.end - one.end);
  // The time of the question is that of a build which starts now.
  if (longest) {
    const caveat = `${longest.role} is bound until ${day(new Date(longest.end))} only. ${elsewhere}`;
    const granted = held(scope);
    return { ...granted, evidence: { ...granted.evidence, caveat } };
  }
  const source = under.isKnown
    ? `Of the bindings there, only one under a condition is known to give it (${under.role})`
    : `It may come from ${under.role}, which is bound under a condition`;
  const text = `Google tested it on ${scope}: held. ${source}, and the condition may not hold on what a build makes. ${elsewhere}`;
  return { state: 'inconclusive', method, scope, condition: expression, evidence: { text } };
}

/** What the test of one permission tells. */
export function readPermission(
  wanted: Wanted,
  { test, seen }: { readonly test: Test; readonly seen: Explanation },
): AnswerParts {
  const open = untold(test, wanted.permission);
  if (open) return open;
  return isHeld(test, wanted.permission)
    ? heldUnder(test.scope, wanted, seen)
    : missing(test.scope, wanted, seen);
}

/**
 * What the test on a host project, or on one of its subnetworks, tells. A grant on the subnetwork is enough, and does not
 * show on the project.
 */
export function readNetwork(
  wanted: Wanted,
  { test, seen, isSubnetwork }: { test: Test; seen: Explanation; isSubnetwork: boolean },
): AnswerParts {
  const told = readPermission(wanted, { test, seen });
  if (isSubnetwork || told.state !== 'missing') return told;
  const text = `Google tested it on ${test.scope}: not held. A grant on the subnetwork that builds use is enough, and does not show there: enter the subnetwork with the connection.`;
  return inconclusive(test.scope, text);
}

/**
 * Acting as the account of build machines where it is not known which one that is. Packer names the default one unless
 * told otherwise, and fails where there is none: https://github.com/hashicorp/packer/issues/5825
 */
export function readNoAccount(
  { permission }: Wanted,
  project: Test,
  compute: GoogleAnswer<ComputeProject>,
): AnswerParts {
  const { scope } = project;
  if (compute.kind === 'done') {
    const text = `${scope.charAt(0).toUpperCase()}${scope.slice(1)} has no default service account, and builds that are told nothing else ask for it and fail. Enter the service account that builds run as, or choose the option that says they run as none.`;
    return inconclusive(scope, text);
  }
  const unknown = `Which service account build machines run as by default could not be read (Compute Engine ${compute.kind === 'refused' ? `answered ${compute.code}` : compute.message}).`;
  if (!isHeld(project, permission)) return inconclusive(scope, unknown);
  const text = `Google tested it on ${scope}, which that account lies in: held. ${unknown}`;
  return { state: 'likely', method, scope, evidence: { text } };
}

export type ActAsSeen = {
  readonly account: Test;
  readonly project: Test;
  /** The project that the account lies in, where its address tells. */
  readonly home: string | undefined;
  /** The project that builds run in. */
  readonly buildsIn: string;
  readonly seen: Explanation;
};

/** Acting as the service account: granted on the account itself, or for all accounts of its project. */
export function readActAs(wanted: Wanted, asked: ActAsSeen): AnswerParts {
  const { account, project, home, buildsIn, seen } = asked;
  const { permission } = wanted;
  const isOwn = home === buildsIn;
  const open = untold(account, permission);
  if (open) {
    // Where the account could not be asked, what holds on its project holds on it too, unless a deny policy names it.
    const wasSilent = account.answer.kind === 'unreachable' || isDisabled(account);
    if (!isOwn || !wasSilent || !isHeld(project, permission)) return open;
    const text = `Google tested it on ${project.scope}, which the account lies in: held. ${open.evidence.text}`;
    return { state: 'likely', method, scope: account.scope, evidence: { text } };
  }
  if (!isHeld(account, permission)) return missing(account.scope, wanted, seen);
  if (home === undefined || isOwn) return held(account.scope);
  const text = `Google tested it on ${account.scope}: held. But the account lies in project ${home} and is to run machines in ${buildsIn}: that also needs the constraint iam.disableCrossProjectServiceAccountUsage to be off in ${home}, and roles/iam.serviceAccountTokenCreator on the account for the Compute Engine service agent of ${buildsIn}, neither of which can be tested.`;
  return { state: 'inconclusive', method, scope: account.scope, evidence: { text } };
}

const isDisabled = ({ answer }: Test) => answer.kind === 'refused' && answer.disabledApi !== undefined;
