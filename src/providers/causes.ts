import { type Finding, subjectOf } from '../verification/finding.ts';
import type { Cause } from '../verification/verification.ts';

/**
 * Up to two by their ids, more by their number, which is that of the thread: `ec2:CopyImage and ec2:CreateTags`,
 * `4 permissions`.
 */
export function namesOf(findings: readonly Finding[], noun = 'permission'): string {
  const ids = [...new Set(findings.map(({ requirement }) => requirement))];
  return ids.length > 2 ? `${findings.length} ${noun}s` : ids.join(' and ');
}

/** One cause of findings, where there are any; NAMES in its text stands for them. */
export function causeOf(findings: readonly Finding[], text: string): Cause[] {
  if (findings.length === 0) return [];
  return [{ text: text.replace('NAMES', namesOf(findings)), of: findings.map(subjectOf) }];
}
