import type { Logger } from '../src/logger.ts';
import { hadIncident } from '../src/verification/verdict.ts';
import type { Verification } from '../src/verification/verification.ts';

/** Tells the operator at once when a call that was only meant to ask was carried out. */
export type IncidentAlarm = (runId: string, verification: Verification) => void;

export function createIncidentAlarm(logger: Logger): IncidentAlarm {
  return (runId, { target, findings }) => {
    const incidents = findings.filter((finding) => hadIncident([finding]));
    for (const { requirement, evidence } of incidents)
      logger.error({ runId, target, requirement, evidence }, 'INCIDENT: a dry run was carried out for real');
  };
}
