import type { Remediation } from '../../src/verification/verification.ts';

/** The policy that the command of a fix carries. */
export const policyIn = (fix: Remediation | undefined) =>
  JSON.parse(/--policy-document '(.*)'$/s.exec(fix?.text ?? '')?.[1] ?? 'null');
