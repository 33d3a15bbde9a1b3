import type { GoogleAnswer } from './answers.ts';
import { inconclusive, type Told } from './check.ts';

/** Where an API is switched on, for a person who may. */
export function activationLink(api: string, project: string): string {
  return `https://console.cloud.google.com/apis/library/${api}?project=${project}`;
}

/** Whether an API is enabled, from the list of them, or from how the API itself answered. */
export function readApi(
  api: string,
  project: string,
  {
    services,
    direct,
  }: {
    readonly services: GoogleAnswer<ReadonlyMap<string, string>>;
    readonly direct: GoogleAnswer<unknown> | undefined;
  },
): Told {
  const scope = `project ${project}`;
  const link = activationLink(api, project);
  const off = (code: string): Told => ({
    state: 'missing',
    method: 'read',
    scope,
    evidence: { code, text: `${api} is not enabled in ${scope}. Switch it on: ${link}` },
  });
  const on = (text: string): Told => ({ state: 'granted', method: 'read', scope, evidence: { text } });
  const state = services.kind === 'done' ? services.output.get(api) : undefined;
  if (state === 'ENABLED') return on('Service Usage says ENABLED.');
  if (direct?.kind === 'refused' && direct.disabledApi === api) return off('SERVICE_DISABLED');
  if (state === 'DISABLED') return off('DISABLED');
  // An API that refuses for another reason than being disabled is there to refuse.
  const answers = direct?.kind === 'done' || (direct?.kind === 'refused' && !direct.disabledApi);
  if (answers) return on('The API itself answered.');
  if (services.kind === 'unreachable')
    return inconclusive(scope, `Google ${services.message} when asked which APIs are enabled.`);
  const code = services.kind === 'refused' ? services.code : undefined;
  return inconclusive(scope, 'Which APIs are enabled may not be read by this credential.', code);
}
