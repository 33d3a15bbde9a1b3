import type { Finding } from '../../verification/finding.ts';
import type { Remediation } from '../../verification/verification.ts';
import { forwardRemediation } from '../forward.ts';
import type { RemediationRequest } from '../provider.ts';
import type { Grant, Lack } from './grants.ts';
import { govc, powerCli } from './snippets.ts';

const ids = (findings: readonly Pick<Finding, 'requirement'>[]) => [
  ...new Set(findings.map(({ requirement }) => requirement)),
];

const switchGroup = 'Distributed switch';

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

/** What is known from a log alone: which privilege, and not what the account has on the object. */
function loggedRemediation(
  findings: readonly Finding[],
  identity: RemediationRequest['identity'],
): Remediation[] {
  const byPlace = Map.groupBy(findings, ({ group, scope = '' }) => `${group} ${scope}`.trim());
  return [...byPlace].map(([place, some]) =>
    forwardRemediation({
      to: 'an administrator of the vCenter',
      identity,
      target: { place },
      rule: 'the role that the account has there',
      findings: some,
      ask: 'give the account a role there that holds what it has now, and what is refused.',
      note: 'No command is safe here: a permission that is set on an object takes the place of what comes from above, and a log does not say what that is. A verification of the connection does.',
    }),
  );
}

/** What only an administrator can fix; the check itself offers the roles, since those need what is there now. */
export function remediate({ missing, identity }: Omit<RemediationRequest, 'target'>): Remediation[] {
  return [
    ...switchRemediation(missing.filter(({ group }) => group === switchGroup)),
    ...loggedRemediation(
      missing.filter(({ method }) => method === 'none'),
      identity,
    ),
  ];
}

type Granting = {
  readonly missing: readonly Pick<Finding, 'requirement' | 'group' | 'scope' | 'objects'>[];
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
            title: `A role for each of these objects: what ${userName} has there now, and what is missing, with PowerCLI (needs Authorization.ModifyRoles and ModifyPermissions, and every privilege that is given)`,
            format: 'powershell',
            text: powerCli(fix),
            fixes,
          },
          { title: 'The same with govc', format: 'shell', text: govc(fix), fixes, alternative: true },
        ]
      : [];
  const identity = { id: userName, kind: 'user', name: userName } as const;
  // What is granted for the vCenter as a whole, or on an object that the account does not see.
  const nowhere = missing.filter(({ group, objects = [] }) => objects.length === 0 && group !== switchGroup);
  const unseen = [...Map.groupBy(nowhere, ({ group, scope = '' }) => `${group} ${scope}`.trim())].map(
    ([place, findings]) =>
      forwardRemediation({
        to: 'an administrator of the vCenter',
        identity,
        target: { place },
        rule: 'the role that the account has there',
        findings,
        ask: 'give the account a role there that holds what it has now, and what is refused.',
        note: `No command is safe here: this account does not see what it has on ${place}.`,
      }),
  );
  const forwarded = unreadable.map(({ place, missing: ids }) =>
    forwardRemediation({
      to: 'an administrator of the vCenter',
      identity,
      target: { object: place.shownPath },
      rule: 'the role that the account has there, through a group or from above',
      findings: ids.map((requirement) => ({ requirement })),
      ask: 'add what is refused to the role that is there, or make a role that holds both.',
      note: `No command is safe here: a permission that is set on ${place.shownPath} takes the place of what ${userName} has there through groups or from above, and this account may not read what that is.`,
    }),
  );
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
  return missing.length > 0 ? [...wide, ...commands, ...forwarded, ...unseen] : [];
}
