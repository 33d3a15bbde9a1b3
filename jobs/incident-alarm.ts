import type { Logger } from '../src/logger.ts';
import type { Provider } from '../src/providers/provider.ts';
import { incidentsIn } from '../src/verification/verdict.ts';
import type { Verification } from '../src/verification/verification.ts';

/** Tells the operator at once when a call that was only meant to ask was carried out. */
export type IncidentAlarm = (runId: string, provider: Provider, verification: Verification) => void;

export function createIncidentAlarm(logger: Logger): IncidentAlarm {
  return (runId, { incidentCodes }, { target, findings }) => {
    for (const { requirement, evidence } of incidentsIn(findings, incidentCodes))
      logger.error({ runId, target, requirement, evidence }, 'INCIDENT: a dry run was carried out for real');
  };
}
