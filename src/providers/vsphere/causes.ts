import { type Finding, subjectOf } from '../../verification/finding.ts';
import type { Cause } from '../../verification/verification.ts';
import { namesOf } from '../causes.ts';

/** The one object that everything is missing on. */
export function causesOf({ missing }: { readonly missing: readonly Finding[] }): Cause[] {
  const [first] = missing;
  const placeOf = ({ group, scope = '' }: Finding) => `${group} ${scope}`.trim();
  if (!first || missing.some((finding) => placeOf(finding) !== placeOf(first))) return [];
  const names = namesOf(missing, 'privilege');
  const verb = names.includes(' ') ? 'are' : 'is';
  return [{ text: `${names} ${verb} missing on ${placeOf(first)}`, of: missing.map(subjectOf) }];
}
