import { type Catalog, minimumOf } from '../../catalog/catalog.ts';
import type { Remediation } from '../../verification/verification.ts';
import { roleCommands } from './snippets.ts';

const roleName = 'xoap-image-management';

/** The role of the documentation, with all its privileges; which object needs which, the list tells. */
export function documented(catalog: Catalog): Remediation[] {
  const privileges = [...new Set(minimumOf(catalog).map(({ id }) => id))].filter(
    (id) => !id.startsWith('System.'),
  );
  const shared = { fixes: privileges };
  const { powerCli, govc } = roleCommands(roleName, privileges.sort());
  return [
    { title: 'The documented role with PowerCLI', format: 'powershell', text: powerCli, ...shared },
    { title: 'The same with govc', format: 'shell', text: govc, ...shared, alternative: true },
  ];
}
