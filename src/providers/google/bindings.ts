import { defaultProfile } from '../../catalog/profile.ts';
import { shippedProfiles } from '../../catalog/shipped.ts';
import type { Policy } from './answers.ts';

export type Binding = Policy['bindings'][number];

/** What was seen of why permissions are missing. */
export type Explanation = {
  readonly member: string;
  /** Undefined where it may not be read. */
  readonly policy: Policy | undefined;
  /** Names of deny policies; undefined where they may not be read. */
  readonly denyPolicies: readonly string[] | undefined;
};

/** A permission, and the documented role that it is asked for in. */
export type Wanted = { readonly permission: string; readonly role: string };

/** The roles and permissions that were looked at: those of the documentation. */
const documented = shippedProfiles('google').find(({ id }) => id === defaultProfile)?.requirements ?? [];
const documentedRoles = new Set(documented.map(({ group }) => group));
const documentedPermissions = new Set(documented.map(({ id }) => id));

const basicRoles = ['roles/owner', 'roles/editor'];

/**
 * What Editor leaves out, of what builds need.
 * https://cloud.google.com/iam/docs/roles-overview#basic
 */
const notInEditor = /^(iap\.tunnel|storage\.objects\.|storage\.buckets\.get$)/;

/** The service that a role or a permission is of: `compute` for `roles/compute.admin`. */
const serviceOf = (name: string) => name.replace(/^roles\//, '').split('.', 1)[0];

function basicRoleHolds(role: string, permission: string): 'yes' | 'no' | 'maybe' {
  if (!documentedPermissions.has(permission)) return 'maybe';
  return role === 'roles/editor' && notInEditor.test(permission) ? 'no' : 'yes';
}

/** Whether a role holds a permission; `maybe` where its content is not known. */
export function holds(role: string, { permission, role: asked }: Wanted): 'yes' | 'no' | 'maybe' {
  // What a role holds that somebody else's profile names is not known here.
  if (role === asked && documentedRoles.has(role)) return 'yes';
  if (basicRoles.includes(role)) return basicRoleHolds(role, permission);
  if (role === 'roles/compute.admin' && permission.startsWith('compute.')) return 'yes';
  if (/^roles\/(\w+\.)?viewer$/i.test(role)) return /\.(get|list)\w*$/.test(permission) ? 'maybe' : 'no';
  // Service agents hold permissions of many services; other predefined roles those of their own.
  const isOwnService = !role.startsWith('roles/') || /serviceAgent$/.test(role);
  return isOwnService || serviceOf(role) === serviceOf(permission) ? 'maybe' : 'no';
}

/** IAM offers no attributes of its resources, so a condition on one never lets anybody act as an account. */
const neverHolds = (expression: string, { permission }: Wanted) =>
  permission.startsWith('iam.') && /\bresource\.(name|type|service)\b/.test(expression);

/** The roles that the project binds to the caller itself. */
export const ownRoles = ({ policy, member }: Explanation): string[] => [
  ...new Set(policy?.bindings.filter(({ members }) => members.includes(member)).map(({ role }) => role)),
];

type Conditional = Binding & {
  readonly condition: NonNullable<Binding['condition']>;
  /** Whether the role is known to hold the permission; otherwise it may. */
  readonly isKnown: boolean;
};

export type Granting = {
  /** Unconditional bindings that hold the permission. */
  readonly free: readonly Binding[];
  /** Conditional bindings that hold it, or may, those that are known to do so first. */
  readonly conditional: readonly Conditional[];
};

/** The bindings of the project that name the caller and hold a permission, or may; those of groups and from above do not show. */
export function grantingBindings({ policy, member }: Explanation, wanted: Wanted): Granting {
  const own = policy?.bindings.filter(({ members }) => members.includes(member)) ?? [];
  return {
    free: own.filter(({ role, condition }) => !condition && holds(role, wanted) === 'yes'),
    conditional: own
      .flatMap((binding) => {
        const { condition } = binding;
        const held = holds(binding.role, wanted);
        const isOut = !condition || held === 'no' || neverHolds(condition.expression, wanted);
        return isOut ? [] : [{ ...binding, condition, isKnown: held === 'yes' }];
      })
      .sort((one, other) => Number(other.isKnown) - Number(one.isKnown)),
  };
}

/** The end of a grant, where its condition is nothing else; such conditions are evaluated for now wherever they are tested. */
export function endOf(expression: string): Date | undefined {
  const [, , time = ''] =
    /^\s*request\.time\s*<=?\s*timestamp\(\s*(['"])([^'"]+)\1\s*\)\s*$/.exec(expression) ?? [];
  const end = Date.parse(time);
  return Number.isNaN(end) ? undefined : new Date(end);
}
