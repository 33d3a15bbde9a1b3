import { z } from 'zod';
import { setting } from '../../setting.ts';
import { providerEntry } from '../entry.ts';

/** Amazon Web Services; what the SDK reads of the environment by itself, such as AWS_ENDPOINT_URL, is no setting of ours. */
export const aws = providerEntry({
  id: 'aws',
  settings: {
    XOAP_AWS_OWN_IDENTITY: setting(
      'anywhere',
      'The ARN of the role (or user) that the machines of the workers have in AWS, where connections may sign in as it and assume a role of their own, each with an External ID of its own; 1 where the ARN is not to be shown, and empty where they may not.',
      z
        .string()
        .regex(/^(1|arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]{1,576})$/, {
          error:
            'must be the ARN of a role or a user, such as arn:aws:iam::123456789012:role/xoap-worker, or 1',
        })
        .optional(),
    ),
    XOAP_AWS_SOURCE_IP: setting(
      'anywhere',
      'The address that AWS sees this bot at, told to the policy simulator for policies with aws:SourceIp; such policies are left open when empty.',
      z
        .union([z.ipv4(), z.ipv6()], { error: 'must be an IPv4 or IPv6 address, such as 192.0.2.10' })
        .optional(),
    ),
  },
  async load({ XOAP_AWS_SOURCE_IP: sourceIp, XOAP_AWS_OWN_IDENTITY: own }) {
    const { createAws } = await import('./provider.ts');
    return createAws({ sourceIp, ownIdentity: own === '1' ? '' : own });
  },
});
