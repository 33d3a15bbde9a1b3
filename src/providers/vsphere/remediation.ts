import type { Finding } from '../../verification/finding.ts';
import type { Remediation } from '../../verification/verification.ts';
import type { RemediationRequest } from '../provider.ts';
import type { Grant, Lack } from './grants.ts';
import { govc, powerCli } from './snippets.ts';

const ids = (findings: readonly Pick<Finding, 'requirement'>[]) => [
  ...new Set(findings.map(({ requirement }) => requirement)),
];

const switchGroup = 'Distributed switch';

/** A permission on these reaches what is below: https://github.com/hashicorp/packer-plugin-vsphere */
const propagating = new Set(['VM folder']);

/** The table of the documentation, cut to what is missing on each object. */
function tableRemediation(findings: readonly Finding[]): Remediation[] {
  if (findings.length === 0) return [];
  const byPlace = Map.groupBy(findings, ({ group, scope = '' }) => {
    const reach = propagating.has(group) ? 'propagating to children' : 'this object only';
    return `${group} ${scope}, ${reach}`;
  });
  const parts = [...byPlace].map(([place, rows]) => {
    const lines = rows.map(({ name, requirement }) => `  ${name} (${requirement})`);
    return `${place}:\n${lines.join('\n')}`;
  });
  return [
    {
      title: 'The privileges of the documentation’s table that are missing, by object',
      format: 'text',
      text: parts.join('\n'),
      fixes: ids(findings),
    },
  ];
}

/**
 * The switch of a port group cannot be named to whoever may not read it. Whether vCenter takes a permission on a switch
 * itself is documented both ways; on the datacenter it would take the place of what the account has there.
 */
function switchRemediation(findings: readonly Finding[]): Remediation[] {
  const [first] = findings;
  if (!first) return [];
  const text = `Give the account Read-only on the distributed switch of ${first.scope}, this object only: vSphere Client, Networking, the switch that holds the port group, Permissions, Add. Where vCenter refuses that, on the network folder that holds the switch, with a role that also has what the account has on the networks in it. Never on the datacenter: there it would take the place of what the account has from above.`;
  return [
    { title: 'Let the account read the distributed switch', format: 'text', text, fixes: ids(findings) },
  ];
}

/** What is missing, by object; the check itself offers the roles, since those need what is there now. */
export function remediate({ missing }: Pick<RemediationRequest, 'missing'>): Remediation[] {
  const onSwitch = missing.filter(({ group }) => group === switchGroup);
  return [
    ...tableRemediation(missing.filter((finding) => !onSwitch.includes(finding))),
    ...switchRemediation(onSwitch),
  ];
}

type Granting = {
  readonly missing: readonly Pick<Finding, 'requirement' | 'group'>[];
  readonly userName: string;
};

/** The commands that give each place its role, and a sentence for those of which too little can be read. */
export function grantRemediation(
  grants: readonly { readonly lack: Lack; readonly grant: Grant | undefined }[],
  { missing, userName }: Granting,
): Remediation[] {
  const readable = grants.flatMap(({ grant }) => grant ?? []);
  const unreadable = grants.flatMap(({ lack, grant }) => (grant ? [] : [lack]));
  const fixesOf = (lacks: readonly Lack[]) => [...new Set(lacks.flatMap((lack) => lack.missing))];
  const fixes = fixesOf(grants.flatMap(({ lack, grant }) => (grant ? [lack] : [])));
  const fix = { grants: readable, principal: userName };
  const commands: Remediation[] =
    readable.length > 0
      ? [
          {
            title: `A role for each of these objects: what ${userName} has there now, and what is missing (needs Authorization.ModifyRoles and ModifyPermissions, and every privilege that is given)`,
            format: 'shell',
            text: govc(fix),
            fixes,
          },
          { title: 'The same with PowerCLI', format: 'shell', text: powerCli(fix), fixes, alternative: true },
        ]
      : [];
  const sentence: Remediation[] =
    unreadable.length > 0
      ? [
          {
            title: 'No command is safe here',
            format: 'text',
            text: `A permission that is set on ${unreadable.map(({ place }) => place.shownPath).join(', ')} takes the place of what ${userName} has there through groups or from above, and this account may not read what that is. An administrator adds what is missing to the role that is there, or makes a role that holds both.`,
            fixes: fixesOf(unreadable),
          },
        ]
      : [];
  const wide: Remediation[] = readable.some(
    ({ place, propagates }) => place.ref.type === 'Datacenter' && propagates,
  )
    ? [
        {
          title: 'Smaller: a folder of its own',
          format: 'text',
          text: 'A datacenter’s own folder takes no permission, so the role below reaches everything in the datacenter. Make a folder for the machines of builds, choose it for this connection and verify again.',
          fixes: [],
        },
      ]
    : [];
  return missing.length > 0 ? [...wide, ...commands, ...sentence] : [];
}
