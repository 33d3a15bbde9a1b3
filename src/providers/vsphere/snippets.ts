import { createHash } from 'node:crypto';
import type { Grant } from './grants.ts';

export type Fix = {
  readonly grants: readonly Grant[];
  /** Who is given the roles. */
  readonly principal: string;
};

/** Made of what it holds: a role of that name which is there already is the same one, and nobody else's is changed. */
function roleNameOf({ privileges }: Grant): string {
  const hash = createHash('sha256').update(privileges.join('\n')).digest('hex').slice(0, 8);
  return `xoap-connection-${hash}`;
}

/** The roles that are needed, each once. */
function rolesOf(grants: readonly Grant[]): [name: string, privileges: readonly string[]][] {
  return [...new Map(grants.map((grant) => [roleNameOf(grant), grant.privileges] as const))];
}

/** In single quotes for a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
/** In single quotes for PowerShell. */
const powerQuoted = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** What makes a role unless one of that name is there. */
export function roleCommands(name: string, privileges: readonly string[]) {
  const ids = privileges.map(powerQuoted).join(', ');
  const holding = privileges.length > 0 ? ` -Privilege (Get-VIPrivilege -Id ${ids})` : '';
  return {
    govc: `govc role.ls ${name} || \\\n  govc role.create ${[name, ...privileges].join(' ')}`,
    powerCli: `if (-not (Get-VIRole -Name ${name} -ErrorAction SilentlyContinue)) { New-VIRole -Name ${name}${holding} }`,
  };
}

/** The roles and permissions with govc, whose defaults would make an administrator: every flag is stated. */
export function govc({ grants, principal }: Fix): string {
  const roles = rolesOf(grants).map(([name, privileges]) => roleCommands(name, privileges).govc);
  const permissions = grants.map(
    (grant) =>
      `govc permissions.set -principal ${quoted(principal)} -role ${roleNameOf(grant)} -propagate=${grant.propagates} -group=false ${quoted(grant.place.path)}`,
  );
  return [...roles, ...permissions].join('\n');
}

/** The same with PowerCLI; objects by their ids, since names repeat. */
export function powerCli({ grants, principal }: Fix): string {
  const roles = rolesOf(grants).map(([name, privileges]) => roleCommands(name, privileges).powerCli);
  const permissions = grants.flatMap((grant) => {
    const { place, propagates, replaces } = grant;
    const entity = `$entity = Get-VIObjectByVIView -MORef ${powerQuoted(`${place.ref.type}-${place.ref.id}`)}`;
    const role = `-Role ${roleNameOf(grant)} -Propagate:$${propagates}`;
    const who = `-Principal ${powerQuoted(principal)}`;
    return [
      entity,
      replaces
        ? `Get-VIPermission -Entity $entity ${who} | Where-Object { $_.EntityId -eq $entity.Id } | Set-VIPermission ${role}`
        : `New-VIPermission -Entity $entity ${who} ${role}`,
    ];
  });
  return [...roles, ...permissions].join('\n');
}
