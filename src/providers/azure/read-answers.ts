import type { Answer } from '../provider.ts';
import type { AzureAnswer, DenyAssignment } from './answers.ts';
import { type Assigned, conditionOn, inWords, onSubscription } from './assignments.ts';
import { denialOf } from './denials.ts';
import { coverRole, grants, type PermissionSet } from './rights.ts';
import { contributor, contributorSet, owner } from './roles.ts';

/** What is told about one requirement. */
export type Told = Omit<Answer, 'requirement'>;

/** What was seen of the rights of a principal on a subscription. */
export type Observations = {
  readonly subscriptionId: string;
  readonly objectId: string | undefined;
  readonly permissions: AzureAnswer<PermissionSet[]>;
  readonly assigned: AzureAnswer<Assigned[]>;
  readonly denyAssignments: AzureAnswer<DenyAssignment[]>;
  /** Resource groups that a principal without any role on the subscription sees. */
  readonly resourceGroups: readonly string[];
};

const method = 'effective-permissions' as const;

export function inconclusive(text: string, code?: string): Told {
  return { state: 'inconclusive', method: 'read', evidence: { ...(code && { code }), text } };
}

/** The codes with which Azure says that a principal has no right to look, or that there is nothing to look at. */
const noRole = new Set(['AuthorizationFailed', 'SubscriptionNotFound']);

function conditional(condition: string): Told {
  const text =
    'It is granted, but only where a condition of the role assignment holds, and whether a build meets the condition cannot be told. Assign Contributor to this principal without a condition.';
  return { state: 'inconclusive', method, condition, evidence: { code: 'Conditional', text } };
}

/** What is told of the role, and of an operation, when the effective permissions did not come. */
function withoutPermissions(
  { permissions, subscriptionId }: Observations,
  asked: 'role' | 'operation',
): Told | undefined {
  if (permissions.kind === 'done') return undefined;
  if (permissions.kind === 'unreachable') {
    return inconclusive(
      `Azure ${permissions.message} when asked for the effective permissions. Verify again in a few minutes.`,
    );
  }
  const { code, status } = permissions;
  if (!noRole.has(code)) {
    return inconclusive(
      `Azure answered ${code} (${status}) when asked for the effective permissions, which says nothing about them.`,
      code,
    );
  }
  const text =
    code === 'SubscriptionNotFound'
      ? `Azure shows no subscription ${subscriptionId} to this principal. Either the id is wrong, or the principal has no role in it at all; Azure does not say which.`
      : 'Azure does not let this principal read its own permissions, which Contributor may.';
  // A smaller role may grant an operation and not the look at it.
  if (code === 'AuthorizationFailed' && asked === 'operation') return inconclusive(text, code);
  const caveat = 'A role that was granted minutes ago may not have arrived yet.';
  return {
    state: 'missing',
    method,
    layer: 'role-assignment',
    denial: 'implicit',
    evidence: { code, text, caveat },
  };
}

const unconditional = (sets: readonly PermissionSet[]) => sets.filter(({ condition }) => !condition);

/** What the unread role assignments leave open, if they were not read. */
function unreadAssignments({ assigned }: Observations): Told | undefined {
  if (assigned.kind === 'done') return undefined;
  if (isForbidden(assigned)) {
    const text =
      'The effective permissions include it. The role assignments behind them may not be read, so a condition on them would not be seen.';
    return { state: 'likely', method, evidence: { text } };
  }
  return inconclusive(
    `The effective permissions include it, but Azure ${saying(assigned)} when asked for the role assignments, so a condition on them cannot be ruled out.`,
  );
}

/** Whether looking was not allowed, as against not answered. */
function isForbidden(answer: AzureAnswer<unknown>): boolean {
  return answer.kind === 'refused' && answer.status === 403;
}

function saying(answer: Exclude<AzureAnswer<unknown>, { kind: 'done' }>): string {
  return answer.kind === 'refused' ? `answered ${answer.code} (${answer.status})` : answer.message;
}

/** The role assignments, where they could be read. */
function readable({ assigned }: Observations): readonly Assigned[] {
  return assigned.kind === 'done' ? assigned.output : [];
}

/** How it came about that the rights cover Contributor. */
function coveredRole(seen: Observations): Told {
  const unread = unreadAssignments(seen);
  if (unread) return unread;
  const reaching = onSubscription(readable(seen));
  const free = reaching.filter(({ condition }) => !condition);
  const [first] = reaching;
  if (first?.condition && free.length === 0) return conditional(first.condition);
  const named = free.filter(({ role }) => role.id === contributor.id || role.id === owner.id);
  const equal = free.filter(({ role }) => role.permissions && coverRole(role.permissions, contributorSet));
  if (named.length > 0) return held(`Assigned: ${inWords(named)}.`);
  if (equal.length > 0)
    return held(`Not Contributor by name, but a role with the same rights: ${inWords(equal)}.`);
  if (reaching.length === 0) return held(unnamed);
  const together = free.flatMap(({ role }) => role.permissions ?? []);
  if (coverRole(together, contributorSet))
    return held(`Not Contributor by name, but with the same rights together: ${inWords(free)}.`);
  const under = reaching.find(({ condition }) => condition)?.condition;
  return under ? conditional(under) : held(unnamed);
}

const unnamed =
  'The effective permissions include all that Contributor may; which assignment they come from is not shown.';

const isHeld = ({ state }: Told) => state === 'granted' || state === 'likely';

function held(text: string): Told {
  return { state: 'granted', method, evidence: { text } };
}

/** Why the rights do not cover Contributor. */
function uncoveredRole(seen: Observations, operations: readonly string[]): Told {
  const all = readable(seen);
  const reaching = onSubscription(all);
  const isContributor = ({ role }: Assigned) => role.id === contributor.id || role.id === owner.id;
  const named = reaching.filter((entry) => isContributor(entry) && !entry.condition);
  const isEnough = operations.every((operation) => isHeld(readOperation(seen, operation)));
  // Contributor may have come to leave out something that this version does not know of.
  if (named.length > 0 && isEnough) return held(`Assigned: ${inWords(named)}.`);
  if (named.length > 0) {
    const told = inconclusive(
      `${inWords(named)} is assigned, but the effective permissions do not show it. A role that was granted minutes ago has not arrived everywhere: verify again in 5 minutes.`,
    );
    return { ...told, conflict: true };
  }
  const under = reaching.find((entry) => isContributor(entry) && entry.condition);
  if (under?.condition) return conditional(under.condition);
  const missing = { state: 'missing', method, layer: 'role-assignment', denial: 'implicit' } as const;
  if (isEnough && operations.length > 0) {
    const holds = reaching.length > 0 ? `: it holds ${inWords(reaching)}` : '';
    const text = `Below the documented minimum${holds}. Every operation that an image build is known to use is granted, so builds may well work; the documentation promises it for Contributor only.`;
    return { ...missing, formal: true, evidence: { text } };
  }
  const inside = insideOnly(seen, all.filter(isContributor));
  if (inside) return { ...missing, evidence: { text: inside } };
  const holds = reaching.length > 0 ? `It holds ${inWords(reaching)}.` : 'It holds no role there.';
  const text = `Neither Contributor nor a role with its rights is assigned on the subscription. ${seen.assigned.kind === 'done' ? holds : 'Which roles it holds could not be read.'}`;
  return { ...missing, evidence: { text } };
}

/** The commonest mistake in a sentence of its own: the role is there, but on a resource group. */
function insideOnly(seen: Observations, contributors: readonly Assigned[]): string | undefined {
  const inside = contributors.filter(({ reach }) => reach === 'inside');
  if (inside.length > 0) {
    return `${inWords(inside)} only. The documentation asks for it on the whole subscription, because a build makes resource groups of its own.`;
  }
  const names = seen.resourceGroups;
  if (names.length === 0) return undefined;
  const isBare = seen.permissions.kind === 'done' && seen.permissions.output.length === 0;
  const cause = isBare ? 'its role was assigned' : 'the role may have been assigned';
  return `The principal does not have the role on the subscription, but sees ${names.length === 1 ? 'resource group' : 'resource groups such as'} ${names.join(', ')}: ${cause} on a resource group only. The documentation asks for the whole subscription, because a build makes resource groups of its own.`;
}

/** Whether the documented role, or all of its rights, are held; `operations` are those that builds are known to use. */
export function readRole(seen: Observations, operations: readonly string[]): Told {
  const { permissions } = seen;
  const blind = withoutPermissions(seen, 'role');
  const inside = blind?.state === 'missing' && insideOnly(seen, []);
  if (blind && inside) return { ...blind, evidence: { ...blind.evidence, text: inside } };
  if (blind || permissions.kind !== 'done') return blind ?? inconclusive('Not asked.');
  if (coverRole(unconditional(permissions.output), contributorSet)) return coveredRole(seen);
  const under = permissions.output.find(({ condition }) => condition)?.condition;
  if (under && coverRole(permissions.output, contributorSet)) return conditional(under);
  return uncoveredRole(seen, operations);
}

/** Whether one operation is allowed on whatever a build makes in the subscription. */
export function readOperation(seen: Observations, operation: string): Told {
  const { permissions, denyAssignments, objectId } = seen;
  const blind = withoutPermissions(seen, 'operation');
  if (blind || permissions.kind !== 'done') return blind ?? inconclusive('Not asked.');
  const granting = permissions.output.filter((set) => grants(set, operation));
  const [first] = granting;
  if (!first) return ungranted(seen, operation);
  if (granting.every(({ condition }) => condition)) return conditional(first.condition ?? '');
  const under = conditionOn(readable(seen), operation);
  if (under) return conditional(under);
  const denial =
    denyAssignments.kind === 'done' ? denialOf(operation, denyAssignments.output, objectId) : undefined;
  if (denial?.certainty === 'certain') {
    const text = `A role grants it, but the deny assignment “${denial.name}” forbids it.`;
    return { state: 'missing', method, layer: 'deny-assignment', denial: 'explicit', evidence: { text } };
  }
  if (denial) {
    return inconclusive(
      `The deny assignment “${denial.name}” may forbid it: whether its condition or one of its groups applies to this principal cannot be seen.`,
    );
  }
  return unreadAssignments(seen) ?? undenied(denyAssignments);
}

function undenied(denyAssignments: Observations['denyAssignments']): Told {
  if (denyAssignments.kind === 'done') return held('The effective permissions include it.');
  if (isForbidden(denyAssignments)) {
    const text =
      'The effective permissions include it. Deny assignments may not be read by this credential, so one that forbids it would not be seen.';
    return { state: 'likely', method, evidence: { text } };
  }
  return inconclusive(
    `The effective permissions include it, but Azure ${saying(denyAssignments)} when asked for the deny assignments, which could forbid it.`,
  );
}

function ungranted(seen: Observations, operation: string): Told {
  const sources = onSubscription(readable(seen)).filter(
    ({ role, condition }) => !condition && role.permissions?.some((set) => grants(set, operation)),
  );
  if (sources.length > 0) {
    const told = inconclusive(
      `${inWords(sources)} is assigned and would grant it, but the effective permissions do not show it. A role that was granted minutes ago has not arrived everywhere: verify again in 5 minutes.`,
    );
    return { ...told, conflict: true };
  }
  const text = 'The effective permissions of the principal on the subscription do not include it.';
  return { state: 'missing', method, layer: 'role-assignment', denial: 'implicit', evidence: { text } };
}
