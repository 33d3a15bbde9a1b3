import { z } from 'zod';
import { setting } from '../../setting.ts';
import { providerEntry } from '../entry.ts';

/** Amazon Web Services; what the SDK reads of the environment by itself, such as AWS_ENDPOINT_URL, is no setting of ours. */
export const aws = providerEntry({
  id: 'aws',
  settings: {
    XOAP_AWS_SOURCE_IP: setting(
      'anywhere',
      'The address that AWS sees this bot at, told to the policy simulator for policies with aws:SourceIp; such policies are left open when empty.',
      z
        .union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address, such as 192.0.2.10' })
        .optional(),
    ),
  },
  async load({ XOAP_AWS_SOURCE_IP: sourceIp }) {
    const { createAws } = await import('./provider.ts');
    return createAws({ sourceIp });
  },
});
