import type { Answer } from '../provider.ts';
import type { GoogleAnswer, Policy } from './answers.ts';
import type { Tested } from './client.ts';

/** What is told about one requirement. */
export type Told = Omit<Answer, 'requirement' | 'group'>;

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

export function inconclusive(scope: string, text: string, code?: string): Told {
  return { state: 'inconclusive', method: 'none', scope, evidence: { ...(code && { code }), text } };
}

function held(scope: string): Told {
  return { state: 'granted', method, scope, evidence: { text: `Google tested it on ${scope}: held.` } };
}

/** What a test that did not come to its end leaves to say. */
function untold({ scope, answer }: Test, permission: string): Told | undefined {
  if (answer.kind === 'unreachable')
    return inconclusive(scope, `Google ${answer.message} when asked to test permissions on ${scope}.`);
  if (answer.kind === 'refused') {
    const { disabledApi, code, status } = answer;
    if (status === 404 && scope.startsWith('service account')) {
      const text = `There is no ${scope}, so no instance can run as it.`;
      return { state: 'missing', method, scope, evidence: { code, text } };
    }
    const text = disabledApi
      ? `${disabledApi} is not enabled, so permissions cannot be tested on ${scope}.`
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

/** The documented role among the bindings of the caller: whether it is there, and under which condition. */
function bindingOf(role: string, { policy, member }: Explanation) {
  const own = policy?.bindings.filter(
    ({ role: bound, members }) => bound === role && members.includes(member),
  );
  if (!own || own.length === 0) return undefined;
  return own.find(({ condition }) => !condition) ?? own[0];
}

const settling = 'A role that was granted minutes ago may not have arrived yet.';

function denied({ denyPolicies }: Explanation): string {
  if (denyPolicies === undefined) return 'Whether a deny policy forbids it could not be looked at.';
  if (denyPolicies.length === 0)
    return 'No deny policy is attached to the project itself; one of its folder or organisation, or a principal access boundary, may forbid it.';
  const list = denyPolicies.map((name) => `“${name}”`).join(', ');
  return `The project has ${denyPolicies.length === 1 ? 'the deny policy' : 'deny policies'} ${list}, which may forbid it.`;
}

function missing(scope: string, role: string, seen: Explanation): Told {
  const binding = bindingOf(role, seen);
  const base = { state: 'missing', method, scope } as const;
  const tested = `Google tested it on ${scope}: not held.`;
  if (binding?.condition) {
    const text = `${role} is bound under a condition, and what holds under it on single resources cannot be tested on ${scope}.`;
    return {
      state: 'inconclusive',
      method,
      scope,
      condition: binding.condition.expression,
      evidence: { text },
    };
  }
  if (binding) {
    const text = `${tested} ${role} is bound, and yet it is not granted. ${denied(seen)}`;
    return { ...base, layer: 'deny-policy', denial: 'explicit', evidence: { text, caveat: settling } };
  }
  const unseen = seen.policy
    ? ''
    : ' Role bindings could not be looked at; one with a condition on single resources would not show.';
  return {
    ...base,
    layer: 'role-binding',
    denial: 'implicit',
    evidence: { text: `${tested}${unseen}`, caveat: settling },
  };
}

/** What the test of one permission tells. */
export function readPermission(
  permission: string,
  role: string,
  { test, seen }: { readonly test: Test; readonly seen: Explanation },
): Told {
  const open = untold(test, permission);
  if (open) return open;
  return isHeld(test, permission) ? held(test.scope) : missing(test.scope, role, seen);
}

/** Acting as the service account: granted on the account itself, or for all accounts of its project. */
export function readActAs(
  permission: string,
  role: string,
  {
    account,
    project,
    isOwnProject,
    seen,
  }: {
    readonly account: Test;
    readonly project: Test;
    /** Whether the account lies in the project that was tested. */
    readonly isOwnProject: boolean;
    readonly seen: Explanation;
  },
): Told {
  const open = untold(account, permission);
  if (!open) return isHeld(account, permission) ? held(account.scope) : missing(account.scope, role, seen);
  // The account's own answer decides; what holds on its project holds on it too, unless a deny policy names it.
  if (isOwnProject && isHeld(project, permission)) {
    const text = `Google tested it on ${project.scope}, which the account lies in: held. ${open.evidence.text}`;
    return { state: 'likely', method, scope: account.scope, evidence: { text } };
  }
  return open;
}
