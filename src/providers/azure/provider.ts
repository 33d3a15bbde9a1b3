import { shippedProfiles } from '../../catalog/shipped.ts';
import { loadInTurn } from '../load-in-turn.ts';
import type { Provider } from '../provider.ts';
import { causesOf } from './causes.ts';
import { type AzureSettings, endpointsOf } from './clouds.ts';
import { parse, spread } from './credentials.ts';
import { documented } from './documented.ts';
import { explain } from './explain.ts';
import { formFields } from './form.ts';
import { guide } from './guide.ts';
import { onMachine } from './on-machine.ts';
import { readWhole } from './pasted-output.ts';
import { provable } from './provable.ts';
import { remediate } from './remediation.ts';

const profiles = shippedProfiles('azure');

/** Microsoft Azure. */
export function createAzure(settings: AzureSettings): Provider {
  return {
    id: 'azure',
    label: 'Azure',
    aliases: ['microsoft'],
    type: 'cloud',
    profiles,
    fields: formFields,
    words: {
      identity: { id: 'object id', name: 'application id' },
      codes: [
        [/^SubscriptionNotFound$/, 'no such subscription'],
        [/^AuthorizationFailed$/, 'may not look'],
        [/^Conditional$/, 'only under a condition'],
        [/^ReadOnly$/, 'a read-only lock'],
      ],
      layers: { 'role-assignment': 'role assignment', 'deny-assignment': 'deny assignment', lock: 'lock' },
    },
    notLookedAt:
      'Azure Policy; quotas; resource groups, networks and galleries that a build is told to use; keys of encrypted disks; the network of the build machine',
    accountOf: ({ subscription }) => subscription,
    // Role assignments can take up to ten minutes, most show within five:
    // https://learn.microsoft.com/en-us/azure/role-based-access-control/troubleshooting
    settlingMinutes: 5,
    spread,
    guide,
    reached() {
      const { authorityHost, resourceManager } = endpointsOf('public', settings);
      return [authorityHost, resourceManager];
    },
    onMachine,
    readWhole,
    parse,
    // With it come the SDKs, which no process needs before its first verification.
    check: async (request) => {
      const { checkSubscription } = await loadInTurn(() => import('./check.ts'));
      return checkSubscription(request, settings);
    },
    causesOf,
    documented,
    explain,
    provable,
    remediate,
  };
}
