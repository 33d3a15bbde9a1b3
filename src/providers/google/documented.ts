import { type Catalog, minimumOf } from '../../catalog/catalog.ts';
import type { Remediation } from '../../verification/verification.ts';
import { command, serviceAccountUser } from './remediation.ts';

/** The roles of the documentation; the right to act as a service account is given on that account alone. */
export function documented(catalog: Catalog): Remediation[] {
  const minimum = minimumOf(catalog);
  const roles = [...new Set(minimum.map(({ group }) => group))].filter((group) => group.startsWith('roles/'));
  const commands = roles.map((role) => {
    const account = role === serviceAccountUser ? 'SERVICE_ACCOUNT_OF_BUILD_MACHINES' : undefined;
    return command({ role, findings: [], project: 'PROJECT_ID', account }, 'SERVICE_ACCOUNT_EMAIL');
  });
  return [
    {
      title: 'The documented roles, for the service account of the connection',
      format: 'shell',
      text: commands.join('\n'),
      fixes: minimum.map(({ id }) => id),
    },
  ];
}
