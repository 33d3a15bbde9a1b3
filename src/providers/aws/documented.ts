import { minimumOf, type Profile } from '../../catalog/profile.ts';
import type { Remediation } from '../../verification/verification.ts';
import { resourcesOf } from './places.ts';
import { policyOf } from './policy-remediation.ts';

/** Stands where the reader's own places are to be put. */
const somewhere = { partition: 'aws', region: 'REGION', account: 'ACCOUNT' };

/** The policy of the documentation. */
export function documented(profile: Profile): Remediation[] {
  const wanted = minimumOf(profile).filter(({ id }) => !id.startsWith('prerequisite:'));
  const fixes = wanted.map(({ id }) => id);
  const wants = wanted.map(({ id, on }) => ({ action: id, resources: resourcesOf({ id, on }, somewhere) }));
  const text = JSON.stringify(policyOf(wants), null, 2);
  const label = `xoap_${profile.id.replaceAll('-', '_')}`;
  const hcl = `resource "aws_iam_policy" "${label}" {
  name   = "xoap-${profile.id}"
  policy = jsonencode(${text.replaceAll('\n', '\n  ')})
}`;
  return [
    { title: 'The documented policy, for the user or role of the connection', format: 'json', text, fixes },
    { title: 'The same with Terraform', format: 'hcl', text: hcl, fixes, alternative: true },
  ];
}
