import { randomUUID } from 'node:crypto';
import {
  type ChoiceGroup,
  type CredentialField,
  type FieldValues,
  type Guidance,
  pastedPattern,
} from '../credential-form.ts';
import { regions } from './credentials.ts';

const areas = [
  ['Europe', /^(eu|eusc)-/],
  ['United States', /^us-(?!gov)/],
  ['Americas', /^(ca|mx|sa)-/],
  ['Asia Pacific', /^ap-/],
  ['Middle East and Africa', /^(me|il|af)-/],
  ['GovCloud and China', /^(us-gov|cn)-/],
] as const;

const regionChoices: ChoiceGroup[] = areas.map(([label, pattern]) => ({
  label,
  choices: regions
    .filter((region) => pattern.test(region.id))
    .map((region) => ({ value: region.id, label: `${region.id} · ${region.name}` })),
}));

/** What a person is asked for. */
export const fields: readonly CredentialField[] = [
  {
    id: 'region',
    label: 'Region',
    kind: 'select',
    placeholder: 'Type to search, such as Frankfurt',
    hint: 'Where images are built. A default VPC is looked for in this region.',
    choices: regionChoices,
  },
  {
    id: 'authentication',
    label: 'Authentication',
    kind: 'select',
    optional: true,
    preset: 'access-key',
    redraws: true,
    choices: [
      {
        label: 'Authentication',
        choices: [
          { value: 'access-key', label: 'Access key' },
          { value: 'assume-role', label: 'Access key that assumes a role' },
          { value: 'assume-role-cross-account', label: 'Role in another account, with External ID' },
        ],
      },
    ],
  },
  {
    id: 'accessKeyId',
    label: 'Access key id',
    kind: 'text',
    placeholder: 'AKIA…',
    hint: 'IAM console, Users, Security credentials, Access keys.',
    maxLength: 128,
    pattern: pastedPattern(
      '(AKIA|ASIA)[A-Z0-9]{16}',
      'An access key id has 20 capital letters and digits and starts with AKIA or ASIA.',
    ),
  },
  {
    id: 'secretAccessKey',
    label: 'Secret access key',
    kind: 'secret',
    hint: '40 characters, shown once when the key is made.',
    maxLength: 200,
    pattern: pastedPattern(
      '[A-Za-z0-9/+=]{40}',
      'A secret access key has 40 characters. Copy it again as a whole.',
    ),
  },
  {
    id: 'sessionToken',
    label: 'Session token',
    kind: 'secret',
    optional: true,
    hint: 'Only for temporary keys, which start with ASIA.',
    maxLength: 3000,
  },
  {
    id: 'roleArn',
    label: 'Role ARN',
    kind: 'text',
    placeholder: 'arn:aws:iam::123456789012:role/xoap-images',
    hint: 'The role that builds images; its permissions are verified, not those of the key.',
    onlyWhen: { field: 'authentication', values: ['assume-role', 'assume-role-cross-account'] },
    maxLength: 640,
    pattern: pastedPattern(
      'arn:aws[a-z-]*:iam::\\d{12}:role/\\S+',
      'A role’s ARN looks like arn:aws:iam::123456789012:role/NAME. Copy it from the role’s page.',
    ),
  },
  {
    id: 'externalId',
    label: 'External ID',
    kind: 'text',
    hint: 'Made for this connection; put it into the role’s trust policy below.',
    generate: () => `xoap-${randomUUID()}`,
    onlyWhen: { field: 'authentication', values: ['assume-role-cross-account'] },
    maxLength: 1224,
  },
];

/** The trust policy that lets the key's account assume the role, and only with the External ID. */
export function guide({ authentication, externalId }: FieldValues): Guidance[] {
  if (authentication !== 'assume-role-cross-account') return [];
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: 'arn:aws:iam::ACCOUNT-OF-THE-ACCESS-KEY:root' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': String(externalId ?? '') } },
  };
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2);
  return [{ title: 'Trust policy of the role', text }];
}
