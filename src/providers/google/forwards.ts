import type { Finding } from '../../verification/finding.ts';
import type { Remediation } from '../../verification/verification.ts';
import { forwardRemediation } from '../forward.ts';
import type { RemediationRequest } from '../provider.ts';

type Refused = Pick<RemediationRequest, 'identity' | 'target'>;

/** What refuses although the role is bound, for whoever keeps it. */
export function denyRemediation(findings: readonly Finding[], refused: Refused): Remediation[] {
  if (findings.length === 0) return [];
  const forward = forwardRemediation({
    ...refused,
    to: 'whoever keeps the deny policies and the access boundaries of your organisation',
    rule: 'a deny policy or a principal access boundary, since the documented role is bound',
    findings,
    ask: 'an exception for this service account.',
    note: 'The documented role is bound, and Google still refuses this: a further role does not help. If the role was granted minutes ago, verify again first.',
  });
  return [forward];
}

/** A grant that had an end was meant to: whoever gave it decides about another one. */
export function expiredRemediation(findings: readonly Finding[], refused: Refused): Remediation[] {
  if (findings.length === 0) return [];
  const reasons = [...new Set(findings.map(({ evidence }) => evidence.text))].join(' ');
  const forward = forwardRemediation({
    ...refused,
    to: 'whoever gave the role for a time',
    rule: 'the end of that time',
    findings,
    ask: 'give the role again, and say until when.',
    note: reasons,
  });
  return [forward];
}
