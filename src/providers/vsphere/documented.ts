import { minimumOf, type Profile } from '../../catalog/profile.ts';
import type { Remediation } from '../../verification/verification.ts';
import { roleCommands } from './snippets.ts';

/** The role of the documentation, with all its privileges; which object needs which, the list tells. */
export function documented(profile: Profile): Remediation[] {
  const privileges = [...new Set(minimumOf(profile).map(({ id }) => id))]
    .filter((id) => !id.startsWith('System.'))
    .sort();
  const shared = { fixes: privileges };
  const hcl = `resource "vsphere_role" "xoap_${profile.id.replaceAll('-', '_')}" {
  name            = "xoap-${profile.id}"
  role_privileges = [
${privileges.map((id) => `    "${id}",`).join('\n')}
  ]
}`;
  const { powerCli, govc } = roleCommands(`xoap-${profile.id}`, privileges);
  return [
    { title: 'The documented role with PowerCLI', format: 'powershell', text: powerCli, ...shared },
    { title: 'The same with govc', format: 'shell', text: govc, ...shared, alternative: true },
    { title: 'The same with Terraform', format: 'hcl', text: hcl, ...shared, alternative: true },
  ];
}
