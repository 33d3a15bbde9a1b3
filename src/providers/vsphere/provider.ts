import { parseCatalog } from '../../catalog/catalog.ts';
import vsphereCatalog from '../../catalog/vsphere.json' with { type: 'json' };
import { inTurn } from '../load-in-turn.ts';
import type { Provider } from '../provider.ts';
import { hostProblem, parse } from './credentials.ts';
import { fields } from './form.ts';
import { remediate } from './remediation.ts';
import type { VsphereSettings } from './settings.ts';

/** VMware vSphere. */
export function createVsphere(settings: VsphereSettings): Provider {
  return {
    id: 'vsphere',
    label: 'vSphere',
    type: 'on-premises',
    catalog: parseCatalog(vsphereCatalog),
    fields,
    groupsAre: 'objects',
    signsInOnce: true,
    confirmLabel: 'Confirm this certificate',
    parse: (values, profileOptions = [], { toBeChosen } = { toBeChosen: false }) =>
      parse(values, { profileOptions, settings, toBeChosen }),
    async refuse(credential) {
      const host = await hostProblem(credential, settings);
      return host ? { host } : {};
    },
    check: async (request) => {
      const { checkVcenter } = await inTurn(() => import('./check.ts'));
      return checkVcenter(request, settings);
    },
    remediate,
  };
}
