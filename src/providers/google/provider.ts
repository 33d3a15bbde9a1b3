import { shippedProfiles } from '../../catalog/shipped.ts';
import { fieldsOf } from '../credential-form.ts';
import { loadInTurn } from '../load-in-turn.ts';
import type { Provider } from '../provider.ts';
import { causesOf } from './causes.ts';
import { enteredOf, parse, secretsIn } from './credentials.ts';
import { documented } from './documented.ts';
import { explain } from './explain.ts';
import { declaredFields } from './form.ts';
import { guide } from './guide.ts';
import { onMachine, readWhole } from './on-machine.ts';
import { provable } from './provable.ts';
import { remediate } from './remediation.ts';
import type { GoogleSettings } from './settings.ts';

const profiles = shippedProfiles('google');

/** Google Cloud. */
export function createGoogle(settings: GoogleSettings): Provider {
  return {
    id: 'google',
    label: 'Google Cloud',
    aliases: ['gcp', 'gcloud'],
    type: 'cloud',
    profiles,
    fields: fieldsOf(declaredFields),
    sealedSecrets: ['privateKey'],
    words: {
      codes: [
        [/^PERMISSION_DENIED$/, 'may not look'],
        [/^SERVICE_DISABLED$/, 'the API is off'],
        [/^VPC_SERVICE_CONTROLS$/, 'kept out by a service perimeter'],
        [/^Expired$/, 'the role was given for a time that is over'],
      ],
      layers: {
        'role-binding': 'role binding',
        'deny-policy': 'deny policy',
        'expired-binding': 'role binding in force',
      },
    },
    notLookedAt:
      'organisation policy constraints and principal access boundaries; quotas; KMS keys of encrypted disks; the firewall for IAP (ingress from 35.235.240.0/20) and gcloud on the build machine; the network of the build machine',
    accountOf: ({ project }) => project,
    // https://cloud.google.com/iam/docs/access-change-propagation
    settlingMinutes: 7,
    reached: () =>
      settings.endpoint
        ? [settings.endpoint]
        : ['https://oauth2.googleapis.com', 'https://compute.googleapis.com'],
    onMachine,
    readWhole,
    parse,
    enteredOf,
    secretsIn,
    guide,
    check: async (request) => {
      const { checkProject } = await loadInTurn(() => import('./check.ts'));
      return checkProject(request, settings);
    },
    causesOf,
    documented,
    explain,
    provable,
    remediate,
  };
}
