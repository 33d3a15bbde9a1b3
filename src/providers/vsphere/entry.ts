import { z } from 'zod';
import { setting } from '../../setting.ts';
import { providerEntry } from '../entry.ts';
import { readHostRules } from './allowed-hosts.ts';

/** VMware vSphere. */
export const vsphere = providerEntry({
  id: 'vsphere',
  settings: {
    XOAP_VSPHERE_ALLOWED_HOSTS: setting(
      'anywhere',
      'vCenters that may be called, separated by commas: host names, *.patterns and CIDRs, each with an optional :port (443 otherwise); none when empty.',
      z
        .string()
        .default('')
        .transform((text, context) => {
          const { rules, unreadable } = readHostRules(text);
          for (const entry of unreadable)
            context.addIssue(`has an entry that is no host name, "*." pattern or CIDR: ${entry}`);
          return rules;
        }),
    ),
  },
  async load({ XOAP_VSPHERE_ALLOWED_HOSTS: allowedHosts }) {
    const { createVsphere } = await import('./provider.ts');
    return createVsphere({ allowedHosts });
  },
});
