import { shippedProfiles } from '../../catalog/shipped.ts';
import { fieldsOf } from '../credential-form.ts';
import { loadInTurn } from '../load-in-turn.ts';
import type { Provider } from '../provider.ts';
import { causesOf } from './causes.ts';
import { hostProblem, parse } from './credentials.ts';
import { documented } from './documented.ts';
import { explain } from './explain.ts';
import { declaredFields } from './form.ts';
import { onMachine } from './on-machine.ts';
import { provable } from './provable.ts';
import { remediate } from './remediation.ts';
import type { VsphereSettings } from './settings.ts';

const profiles = shippedProfiles('vsphere');

/** VMware vSphere. */
export function createVsphere(settings: VsphereSettings): Provider {
  return {
    id: 'vsphere',
    label: 'vSphere',
    aliases: ['vmware', 'vcenter'],
    type: 'on-premises',
    profiles,
    fields: fieldsOf(declaredFields),
    words: { layers: { 'object-permission': 'permission on the object' } },
    notLookedAt:
      'free space, resource limits and licences; the state of hosts; the network between the build machine, vCenter and the machines',
    accountOf: ({ vcenter }) => vcenter,
    groupsAre: 'objects',
    signsInOnce: true,
    confirmLabel: 'Confirm this certificate',
    // What a pattern or a range stands for is known with a connection only.
    reached: () =>
      settings.allowedHosts.flatMap((rule) => (rule.kind === 'name' ? [`${rule.name}:${rule.port}`] : [])),
    onMachine,
    parse: (values, profileOptions = [], { toBeChosen } = { toBeChosen: false }) =>
      parse(values, { profileOptions, settings, toBeChosen }),
    async refuse(credential) {
      const host = await hostProblem(credential, settings);
      return host ? { host } : {};
    },
    check: async (request) => {
      const { checkVcenter } = await loadInTurn(() => import('./check.ts'));
      return checkVcenter(request, settings);
    },
    causesOf,
    documented,
    explain,
    provable,
    remediate,
  };
}
