import type { Catalog } from '../../catalog/catalog.ts';
import { minimumOf } from '../../catalog/catalog.ts';
import type { Remediation } from '../../verification/verification.ts';
import { documentedCommand } from './remediation.ts';

/** The command of the documentation. */
export function documented(catalog: Catalog): Remediation[] {
  return [
    {
      title:
        'The documented command, which makes a service principal with the role (its output is what the form asks for)',
      format: 'shell',
      text: documentedCommand('/subscriptions/[SubscriptionId]'),
      fixes: minimumOf(catalog).map(({ id }) => id),
    },
  ];
}
