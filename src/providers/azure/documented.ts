import { minimumOf, type Profile } from '../../catalog/profile.ts';
import type { Remediation } from '../../verification/verification.ts';
import { customBicep, customRole, customTerraform } from './custom-role.ts';
import { bicep, documentedCommand, terraform } from './role-snippets.ts';
import { builtInRoles } from './roles.ts';

const scope = '/subscriptions/[SubscriptionId]';

/** Stands where the object id of the service principal is to be put. */
const somebody = { id: '[ObjectId]' };

/** The same for tools that keep such things as code. */
const asCode = (hcl: string, bicepText: string, fixes: readonly string[]): Remediation[] => [
  { title: 'The same with Terraform', format: 'hcl', text: hcl, fixes: [...fixes], alternative: true },
  { title: 'The same with Bicep', format: 'bicep', text: bicepText, fixes: [...fixes], alternative: true },
];

/** The command of the documentation: a service principal with the one documented role, or a role that holds the operations. */
export function documented(profile: Profile): Remediation[] {
  const minimum = minimumOf(profile);
  const fixes = minimum.map(({ id }) => id);
  const operations = minimum.filter(({ id }) => !/^(role|prerequisite):/.test(id));
  const [group = '', ...others] = new Set(operations.map((entry) => entry.group));
  const role = builtInRoles.find(({ name }) => others.length === 0 && group === `role:${name}`);
  if (role)
    return [
      {
        title:
          'The documented command, which makes a service principal with the role (its output is what the form asks for)',
        format: 'shell',
        text: documentedCommand(scope, role.name),
        fixes,
      },
      ...asCode(terraform(somebody, {}, role.name), bicep(somebody, role.id), fixes),
    ];
  const wanted = operations.map(({ id, on }) => ({ id, isData: on !== undefined }));
  const own = customRole(wanted, scope);
  return [
    {
      title: 'A custom role of exactly these operations, for az role definition create',
      format: 'json',
      text: JSON.stringify(own, null, 2),
      fixes,
    },
    ...asCode(customTerraform(own, scope), customBicep(own), fixes),
  ];
}
