import type { AnswerParts } from '../provider.ts';
import type { AzureAnswer } from './answers.ts';
import { inWords, onSubscription } from './assignments.ts';
import { conflicting, inconclusive, type Known, type Observations, ungranted } from './observations.ts';
import { judgeOperation } from './operation-rules.ts';
import type { PermissionSet } from './rights.ts';
import { insideOnlyText, insideRoles, judgeRole } from './role-rules.ts';
import { isContributor } from './roles.ts';

/** The codes with which Azure says that a principal has no right to look, or that there is nothing to look at. */
const noRole = new Set(['AuthorizationFailed', 'SubscriptionNotFound']);

type NoPermissions = Exclude<AzureAnswer<PermissionSet[]>, { kind: 'done' }>;

/** What is told of the role, and of an operation, when the effective permissions did not come. */
function withoutPermissions(
  { subscriptionId }: Observations,
  permissions: NoPermissions,
  asked: 'role' | 'operation',
): AnswerParts {
  if (permissions.kind === 'unreachable')
    return inconclusive(
      `Azure ${permissions.message} when asked for the effective permissions. Verify again in a few minutes.`,
    );
  const { code, status } = permissions;
  if (!noRole.has(code))
    return inconclusive(
      `Azure answered ${code} (${status}) when asked for the effective permissions, which says nothing about them.`,
      code,
    );
  const text =
    code === 'SubscriptionNotFound'
      ? `Azure shows no subscription ${subscriptionId} to this principal. Either the id is wrong, or the principal has no role in it at all; Azure does not say which.`
      : 'Azure does not let this principal read its own permissions, which Contributor may.';
  // A smaller role may grant an operation and not the look at it.
  if (code === 'AuthorizationFailed' && asked === 'operation') return inconclusive(text, code);
  return ungranted(text, {
    code,
    caveat: 'A role that was granted minutes ago may not have arrived yet.',
  });
}

/** What was seen, once the effective permissions are there. */
function knownOf(seen: Observations, sets: readonly PermissionSet[]): Known {
  return { ...seen, sets, readable: seen.assigned.kind === 'done' ? seen.assigned.output : [] };
}

/** Whether the documented role, or all of its rights, are held; `operations` are those that builds are known to use. */
export function readRole(seen: Observations, operations: readonly string[]): AnswerParts {
  const { permissions } = seen;
  if (permissions.kind === 'done') return judgeRole(knownOf(seen, permissions.output), operations);
  const assigned = seen.assigned.kind === 'done' ? onSubscription(seen.assigned.output) : [];
  const isAssigned = assigned.some(({ role }) => isContributor(role));
  if (isAssigned && permissions.kind === 'refused')
    return conflicting(
      `${inWords(assigned)} is assigned, but Azure answered ${permissions.code} when asked for the effective permissions. A role that was granted minutes ago has not arrived everywhere: verify again in 5 minutes.`,
    );
  const answer = withoutPermissions(seen, permissions, 'role');
  const inside = answer.state === 'missing' ? insideOnlyText(seen, []) : undefined;
  if (!inside) return answer;
  return { ...answer, holds: insideRoles(seen, []), evidence: { ...answer.evidence, text: inside } };
}

/** Whether one operation is allowed on whatever a build makes in the subscription. */
export function readOperation(seen: Observations, operation: string): AnswerParts {
  const { permissions } = seen;
  return permissions.kind === 'done'
    ? judgeOperation(knownOf(seen, permissions.output), operation)
    : withoutPermissions(seen, permissions, 'operation');
}
