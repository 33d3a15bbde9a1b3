/** One object, and whether what is given on it must reach what is below it. */
export type Place = {
  /** As `govc` takes it. */
  readonly path: string;
  readonly propagates: boolean;
  /** `Folder:group-v3`. */
  readonly object: string;
};

export type Fix = {
  readonly privileges: readonly string[];
  readonly places: readonly Place[];
  /** Who is given the role. */
  readonly principal: string;
};

const roleName = 'xoap-image-management';

/** In single quotes for a POSIX shell. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
/** In single quotes for PowerShell. */
const powerQuoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
/** A text of Terraform, in which nothing is a template. */
const hcl = (text: string) => JSON.stringify(text).replaceAll('${', '$${').replaceAll('%{', '%%{');

/** The role and its permissions with govc. */
export function govc({ privileges, places, principal }: Fix): string {
  const list = privileges.join(' ');
  const permissions = places.map(
    ({ path, propagates }) =>
      `govc permissions.set -principal ${quoted(principal)} -role ${roleName} -propagate=${propagates} ${quoted(path)}`,
  );
  return [
    `govc role.create ${roleName} ${list} || \\\n  govc role.update -a ${roleName} ${list}`,
    ...permissions,
  ].join('\n');
}

/** The same with PowerCLI; objects by their ids, since names repeat. */
export function powerCli({ privileges, places, principal }: Fix): string {
  const permissions = places.map(
    ({ object, propagates }) =>
      `New-VIPermission -Entity (Get-VIObjectByVIView -MORef ${powerQuoted(object.replace(':', '-'))}) -Principal ${powerQuoted(principal)} -Role ${roleName} -Propagate:$${propagates}`,
  );
  return [
    `$privileges = Get-VIPrivilege -Id ${privileges.map(powerQuoted).join(', ')}`,
    `if (Get-VIRole -Name ${roleName} -ErrorAction SilentlyContinue) { Set-VIRole -Role ${roleName} -AddPrivilege $privileges }`,
    `else { New-VIRole -Name ${roleName} -Privilege $privileges }`,
    ...permissions,
  ].join('\n');
}

/** The same with Terraform. */
export function terraform({ privileges, places, principal }: Fix): string {
  const role = `resource "vsphere_role" "xoap" {
  name            = "${roleName}"
  role_privileges = ${JSON.stringify(privileges)}
}`;
  const warning =
    '# vsphere_entity_permissions takes an object over: permissions that stand on it and not in here are removed.\n# List every one that is to stay.';
  const permissions = places.map(({ object, path, propagates }, index) => {
    const [type = '', id = ''] = object.split(':');
    return `# ${path.replace(/\s+/g, ' ')}
resource "vsphere_entity_permissions" "xoap_${index + 1}" {
  entity_id   = ${hcl(id)}
  entity_type = ${hcl(type)}
  permissions {
    user_or_group = ${hcl(principal)}
    is_group      = false
    propagate     = ${propagates}
    role_id       = vsphere_role.xoap.id
  }
}`;
  });
  return [role, warning, ...permissions].join('\n\n');
}
