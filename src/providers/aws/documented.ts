import { type Catalog, minimumOf } from '../../catalog/catalog.ts';
import type { Remediation } from '../../verification/verification.ts';
import { policyOf } from './policy-remediation.ts';

/** The policy of the documentation. */
export function documented(catalog: Catalog): Remediation[] {
  const fixes = minimumOf(catalog)
    .map(({ id }) => id)
    .filter((id) => !id.startsWith('prerequisite:'));
  const text = JSON.stringify(policyOf(fixes), null, 2);
  return [
    { title: 'The documented policy, for the user or role of the connection', format: 'json', text, fixes },
  ];
}
