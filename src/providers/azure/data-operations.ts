import type { AnswerParts } from '../provider.ts';
import type { DenyAssignment } from './answers.ts';
import type { Assigned } from './assignments.ts';
import type { Observations } from './observations.ts';
import type { PermissionSet } from './rights.ts';

// Roles grant operations on data apart from those that manage resources, by the same rules.
// https://learn.microsoft.com/en-us/azure/role-based-access-control/role-definitions#dataactions

/** Where a data operation is looked for, which is said as its scope. */
export const dataScope = 'data of the subscription';

/**
 * What is told of a data operation: what no role gives on the whole subscription is usually given on a single vault or
 * container, or by the vault's own access policy, neither of which is looked at.
 */
export function onData(told: AnswerParts): AnswerParts {
  const placed = { ...told, scope: dataScope };
  if (told.state !== 'missing' || told.layer !== 'role-assignment') return placed;
  const { layer: _layer, denial: _denial, holds: _holds, ...rest } = placed;
  const text = `${told.evidence.text} It may be granted on a single resource, which was not looked at.`;
  return { ...rest, state: 'inconclusive', evidence: { ...told.evidence, text } };
}

/** What a permission set grants of data. */
const ofData = ({ dataActions = [], notDataActions = [], condition }: PermissionSet) => ({
  actions: [...dataActions],
  notActions: [...notDataActions],
  ...(condition && { condition }),
});

const assignedOfData = (assigned: Assigned): Assigned => ({
  ...assigned,
  role: { ...assigned.role, permissions: assigned.role.permissions?.map(ofData) },
});

const denialOfData = (denial: DenyAssignment): DenyAssignment => ({
  ...denial,
  permissions: (denial.permissions ?? []).map((set) => ({ ...set, ...ofData(set) })),
});

/** What was seen, as the rules for operations read it when they are asked about data. */
export function asData(seen: Observations): Observations {
  const { permissions, assigned, denyAssignments } = seen;
  return {
    ...seen,
    permissions:
      permissions.kind === 'done' ? { ...permissions, output: permissions.output.map(ofData) } : permissions,
    assigned:
      assigned.kind === 'done' ? { ...assigned, output: assigned.output.map(assignedOfData) } : assigned,
    denyAssignments:
      denyAssignments.kind === 'done'
        ? { ...denyAssignments, output: denyAssignments.output.map(denialOfData) }
        : denyAssignments,
  };
}
