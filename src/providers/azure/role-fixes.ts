import type { Finding } from '../../verification/finding.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';
import { documentedGroup } from '../profiles.ts';
import { customRole } from './custom-role.ts';
import { dataScope } from './data-operations.ts';
import { grants } from './rights.ts';
import { builtInRoles } from './roles.ts';

// What gives the roles of profiles other than the documented one.

/** What an assignment of a role is written with: whom it is given to, where, and in which cloud. */
export type Assigning = {
  readonly assignCommand: (role: string) => string;
  readonly scope: string;
  readonly inCloud: (command: string) => string;
  readonly identity: Identity | undefined;
};

const isDataOf = ({ scope }: Finding) => scope === dataScope;
const idsOf = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);

/** The role that a group of findings names, where Azure has it and it gives all of them. */
export function builtInFor(group: string, findings: readonly Finding[]) {
  const role = builtInRoles.find(({ name }) => group === `role:${name}`);
  const gives = ({ requirement }: Finding) => role?.permissions.some((set) => grants(set, requirement));
  return role && findings.every((finding) => !isDataOf(finding) && gives(finding)) ? role : undefined;
}

/** The documented role of each profile where Azure has it, and a custom role of exactly what is missing for the rest. */
export function profileRoles(
  findings: readonly Finding[],
  { assignCommand, scope, inCloud, identity }: Assigning,
): Remediation[] {
  const groups = [...Map.groupBy(findings, documentedGroup)];
  const builtIn = groups.flatMap(([group, some]) => {
    const role = builtInFor(group, some);
    return role ? [{ role, some }] : [];
  });
  const rest = groups.filter(([group, some]) => !builtInFor(group, some)).flatMap(([, some]) => some);
  const to = identity ? `application id ${identity.name}` : 'the service principal';
  const assign = builtIn.map(
    ({ role: { name }, some }): Remediation => ({
      title: `Give ${name} on the subscription to ${to} (needs Owner or User Access Administrator)`,
      format: 'shell',
      text: inCloud(assignCommand(name)),
      fixes: idsOf(some),
    }),
  );
  if (rest.length === 0) return assign;
  const wanted = rest.map((finding) => ({ id: finding.requirement, isData: isDataOf(finding) }));
  const role = customRole(wanted, scope);
  const make = `az role definition create --role-definition '${JSON.stringify(role, null, 2)}'`;
  return [
    ...assign,
    {
      title: `A role of exactly what is missing, for ${to} (needs Owner or User Access Administrator)`,
      format: 'shell',
      text: inCloud(`${make} && \\\n${assignCommand(role.Name)}`),
      note: 'A new role can take a few minutes until it can be assigned.',
      fixes: idsOf(rest),
    },
  ];
}
