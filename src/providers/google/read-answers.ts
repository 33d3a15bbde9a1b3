import type { AnswerParts } from '../provider.ts';
import type { GoogleAnswer, Policy } from './answers.ts';
import type { Tested } from './client.ts';

/** Where a permission was tested, with what came back. */
export type Test = {
  readonly scope: string;
  /** The permissions that are needed there. */
  readonly wanted: readonly string[];
  readonly answer: GoogleAnswer<Tested>;
};

/** What was seen of why permissions are missing. */
export type Explanation = {
  readonly member: string;
  /** Undefined where it may not be read. */
  readonly policy: Policy | undefined;
  /** Names of deny policies; undefined where they may not be read. */
  readonly denyPolicies: readonly string[] | undefined;
};

const method = 'test-permissions' as const;

export function inconclusive(scope: string, text: string, code?: string): AnswerParts {
  return { state: 'inconclusive', method: 'none', scope, evidence: { ...(code && { code }), text } };
}

function held(scope: string): AnswerParts {
  return { state: 'granted', method, scope, evidence: { text: `Google tested it on ${scope}: held.` } };
}

/** What a test that did not come to its end leaves to say. */
function untold({ scope, answer }: Test, permission: string): AnswerParts | undefined {
  if (answer.kind === 'unreachable')
    return inconclusive(scope, `Google ${answer.message} when asked to test permissions on ${scope}.`);
  if (answer.kind === 'refused') {
    const { disabledApi, code, status } = answer;
    if (status === 404 && scope.startsWith('service account')) {
      const text = `There is no ${scope}, so no instance can run as it.`;
      return { state: 'missing', method, scope, evidence: { code, text } };
    }
    const text = disabledApi
      ? `${disabledApi.name ?? 'The API that tests them'} is not enabled, so permissions cannot be tested on ${scope}.`
      : `Google answered ${code} (${status}) when asked to test permissions on ${scope}.`;
    return inconclusive(scope, text, code);
  }
  if (!answer.output.untestable.includes(permission)) return undefined;
  return inconclusive(
    scope,
    `Google does not test ${permission} on ${scope} (“not valid for this resource”), so it could not be told there.`,
  );
}

function isHeld({ answer }: Test, permission: string): boolean {
  return answer.kind === 'done' && answer.output.held.includes(permission);
}

const basicRoles = ['roles/owner', 'roles/editor'];

/** The bindings that name the caller itself. */
function ownBindings({ policy, member }: Explanation) {
  return policy?.bindings.filter(({ members }) => members.includes(member)) ?? [];
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

/** Why a permission is not held, as far as that can be seen. */
function missing(scope: string, role: string, seen: Explanation): AnswerParts {
  const base = { state: 'missing', method, scope } as const;
  const tested = `Google tested it on ${scope}: not held.`;
  const own = ownBindings(seen);
  const bound = own.find(({ role: name, condition }) => !condition && [role, ...basicRoles].includes(name));
  if (bound) {
    const text = `${tested} ${bound.role} is bound, and yet it is not granted. ${deniedBy(seen)}`;
    return { ...base, layer: 'deny-policy', denial: 'explicit', evidence: { text, caveat: settling } };
  }
  // What other roles hold is not known, so a condition on any of them may be what stands in between.
  const under = own.find(({ condition }) => condition);
  if (under?.condition) {
    const text = `${under.role} is bound under a condition, and what holds under it on single resources cannot be tested on ${scope}.`;
    return {
      state: 'inconclusive',
      method,
      scope,
      condition: under.condition.expression,
      evidence: { text },
    };
  }
  const unseen = seen.policy
    ? elsewhere
    : 'Role bindings could not be looked at; one with a condition on single resources would not show.';
  const named = seen.denyPolicies && seen.denyPolicies.length > 0 ? deniedBy(seen) : undefined;
  const text = [tested, unseen, onSingle[role], named].filter(Boolean).join(' ');
  return { ...base, layer: 'role-binding', denial: 'implicit', evidence: { text, caveat: settling } };
}

/** What is told of a permission that the project holds: not more than the bindings that give it. */
function heldUnder(scope: string, seen: Explanation): AnswerParts {
  const own = ownBindings(seen);
  const [first] = own;
  if (!first?.condition || own.some(({ condition }) => !condition)) return held(scope);
  const text = `Google tested it on ${scope}: held. Every binding of the account hangs on a condition, which may not hold on what a build makes, or not for long.`;
  return { state: 'inconclusive', method, scope, condition: first.condition.expression, evidence: { text } };
}

/** What the test of one permission tells. */
export function readPermission(
  permission: string,
  role: string,
  { test, seen }: { readonly test: Test; readonly seen: Explanation },
): AnswerParts {
  const open = untold(test, permission);
  if (open) return open;
  return isHeld(test, permission) ? heldUnder(test.scope, seen) : missing(test.scope, role, seen);
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
export function readActAs(permission: string, role: string, asked: ActAsSeen): AnswerParts {
  const { account, project, home, buildsIn, seen } = asked;
  const isOwn = home === buildsIn;
  const open = untold(account, permission);
  if (open?.state === 'missing') return open;
  if (open) {
    // Where the account could not be asked, what holds on its project holds on it too, unless a deny policy names it.
    const wasSilent = account.answer.kind === 'unreachable' || isDisabled(account);
    if (!isOwn || !wasSilent || !isHeld(project, permission)) return open;
    const text = `Google tested it on ${project.scope}, which the account lies in: held. ${open.evidence.text}`;
    return { state: 'likely', method, scope: account.scope, evidence: { text } };
  }
  if (!isHeld(account, permission)) return missing(account.scope, role, seen);
  if (home === undefined || isOwn) return held(account.scope);
  const text = `Google tested it on ${account.scope}: held. But the account lies in project ${home} and is to run machines in ${buildsIn}: that also needs the constraint iam.disableCrossProjectServiceAccountUsage to be off in ${home}, and roles/iam.serviceAccountTokenCreator on the account for the Compute Engine service agent of ${buildsIn}, neither of which can be tested.`;
  return { state: 'inconclusive', method, scope: account.scope, evidence: { text } };
}

const isDisabled = ({ answer }: Test) => answer.kind === 'refused' && answer.disabledApi !== undefined;
