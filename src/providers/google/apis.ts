import type { AnswerParts } from '../provider.ts';
import type { GoogleAnswer } from './answers.ts';
import { inconclusive } from './read-answers.ts';

/** Where an API is switched on, for a person who may. */
export function activationLink(api: string, project: string): string {
  return `https://console.cloud.google.com/apis/library/${api}?project=${project}`;
}

/** Words with which an API refuses for want of a right, so that it must be there to refuse. */
const refusesByRight = /IAM_PERMISSION_DENIED|^Required '[\w.]+' permission|Permission '[\w.]+' denied/;

/** What an API's own answer tells of it: it is on, it is off, or nothing. */
function readDirect(direct: GoogleAnswer<unknown> | undefined): 'on' | 'off' | undefined {
  if (direct?.kind === 'done') return 'on';
  if (direct?.kind !== 'refused') return undefined;
  if (direct.disabledApi) return 'off';
  return refusesByRight.test(direct.code) || refusesByRight.test(direct.message) ? 'on' : undefined;
}

export type ApiSeen = {
  readonly services: GoogleAnswer<ReadonlyMap<string, string>>;
  /** How the API itself answered, if it was asked. */
  readonly direct: GoogleAnswer<unknown> | undefined;
};

/** Whether an API is enabled in a project: how it answered itself counts before the list. */
export function readApi(api: string, project: string, { services, direct }: ApiSeen): AnswerParts {
  const own = readDirect(direct);
  const scope = `project ${project}`;
  const state = services.kind === 'done' ? services.output.get(api) : undefined;
  if (own === 'off' || (own === undefined && state === 'DISABLED')) {
    const text = `${api} is not enabled in ${scope}. Switch it on: ${activationLink(api, project)}`;
    const code = own === 'off' ? 'SERVICE_DISABLED' : 'DISABLED';
    return { state: 'missing', method: 'read', scope, evidence: { code, text } };
  }
  if (own === 'on' || state === 'ENABLED') {
    const text = own === 'on' ? 'The API itself answered.' : 'Service Usage says ENABLED.';
    return { state: 'granted', method: 'read', scope, evidence: { text } };
  }
  const unread = [services, direct].find((answer) => answer !== undefined && answer.kind !== 'done');
  if (unread?.kind === 'unreachable')
    return inconclusive(scope, `Google ${unread.message} when asked which APIs are enabled.`);
  const refusal = direct?.kind === 'refused' ? direct : unread;
  const code = refusal?.kind === 'refused' ? refusal.code : undefined;
  return inconclusive(scope, 'Whether it is enabled could not be told with this credential.', code);
}
