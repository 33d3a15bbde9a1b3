import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import regionsFile from '../../catalog/aws-regions.json' with { type: 'json' };
import {
  type ChoiceGroup,
  type FieldDeclaration,
  optionalPastedText,
  pastedPattern,
  pastedText,
} from '../credential-form.ts';

/** Region ids and names, as the documentation of AWS spells them. */
const regions: readonly { readonly id: string; readonly name: string }[] = regionsFile.regions;

const accessKeyId = pastedText(
  'Enter the access key id: 20 characters that start with AKIA or ASIA.',
).superRefine((id, context) => {
  const problem = accessKeyIdProblem(id);
  if (problem) context.addIssue(problem);
});

function accessKeyIdProblem(id: string): string | undefined {
  if (/^(AKIA|ASIA)[A-Z0-9]{16}$/.test(id)) return undefined;
  if (/^(AIDA|AROA|AGPA|ANPA)/.test(id)) {
    return `${id.slice(0, 4)}… is the id of a user, role, group or policy. The access key id starts with AKIA or ASIA.`;
  }
  if (/^[A-Za-z0-9/+=]{40}$/.test(id)) {
    return 'This looks like a secret access key. The access key id has 20 characters and starts with AKIA or ASIA.';
  }
  if (/^(AKIA|ASIA)/.test(id) && id.length !== 20) {
    return `An access key id has 20 characters; this one has ${id.length}. Copy it again as a whole.`;
  }
  return 'An access key id has 20 capital letters and digits and starts with AKIA or ASIA.';
}

const secretAccessKey = pastedText(
  'Enter the secret access key that belongs to the access key id.',
).superRefine((secret, context) => {
  const problem = secretAccessKeyProblem(secret);
  if (problem) context.addIssue(problem);
});

function secretAccessKeyProblem(secret: string): string | undefined {
  if (/^[A-Za-z0-9/+=]{40}$/.test(secret)) return undefined;
  if (/^(AKIA|ASIA)[A-Z0-9]{16}$/.test(secret)) {
    return 'This is an access key id. The secret access key has 40 characters and is shown once, when the key is made.';
  }
  if (/[^A-Za-z0-9/+=]/.test(secret)) {
    return 'A secret access key has only letters, digits, "/", "+" and "=". Something else was pasted with it.';
  }
  const fault = secret.length < 40 ? 'was cut off' : 'has something added';
  return `A secret access key has 40 characters; this one has ${secret.length}, so it ${fault}. Copy it again as a whole.`;
}

/** How a connection signs in, as XOAP has them. */
const keyWays = ['access-key', 'assume-role', 'assume-role-cross-account'] as const;
const error = `Choose one of: web-identity, own-identity, ${keyWays.join(', ')}.`;
const KeyWay = z.enum(keyWays, { error }).default('access-key');
export type KeyWay = z.infer<typeof KeyWay>;

const withKey = { field: 'authentication', values: keyWays };

const sessionToken = optionalPastedText().refine((token) => !token || /^[A-Za-z0-9/+=_-]{16,}$/.test(token), {
  error:
    'This is no session token: it is a long text of letters, digits and signs, without spaces. Copy it again as a whole.',
});

const roleArn = optionalPastedText().refine(
  (arn) => !arn || /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/.test(arn),
  { error: 'A role’s ARN looks like arn:aws:iam::123456789012:role/NAME. Copy it from the role’s page.' },
);

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const externalId = optionalPastedText().refine((id) => !id || /^[\w+=,.@:/-]{2,1224}$/.test(id), {
  error: 'An External ID has 2 to 1,224 letters, digits and the signs + = , . @ : / - and _.',
});

const region = pastedText('Choose a region.').refine((id) => regions.some((known) => known.id === id), {
  error: 'There is no such region. Use an id such as eu-central-1.',
});

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

/** What a person is asked for, and what is accepted. */
export const declaredFields = {
  region: {
    schema: region,
    label: 'Region',
    kind: 'select',
    editable: true,
    placeholder: 'Type to search, such as Frankfurt',
    hint: 'Where machines are started. A default VPC is looked for in this region.',
    choices: regionChoices,
  },
  authentication: {
    schema: KeyWay,
    label: 'How it signs in',
    kind: 'select',
    optional: true,
    preset: 'access-key',
    redraws: true,
    choices: [
      {
        label: 'Ways',
        choices: [
          { value: 'web-identity', label: 'No secret: AWS trusts this bot', keyless: 'issuer' },
          {
            value: 'own-identity',
            label: 'No secret: a role trusts the machine of this bot',
            keyless: 'machine',
          },
          { value: 'access-key', label: 'Access key' },
          { value: 'assume-role', label: 'Access key that assumes a role' },
          { value: 'assume-role-cross-account', label: 'Role in another account, with External ID' },
        ],
      },
    ],
  },
  accessKeyId: {
    schema: accessKeyId,
    label: 'Access key id',
    onlyWhen: withKey,
    kind: 'text',
    rotates: true,
    placeholder: 'AKIA…',
    hint: 'IAM console, Users, Security credentials, Access keys.',
    maxLength: 128,
    pattern: pastedPattern(
      '(AKIA|ASIA)[A-Z0-9]{16}',
      'An access key id has 20 capital letters and digits and starts with AKIA or ASIA.',
    ),
  },
  secretAccessKey: {
    schema: secretAccessKey,
    label: 'Secret access key',
    onlyWhen: withKey,
    kind: 'secret',
    hint: '40 characters, shown once when the key is made.',
    maxLength: 200,
    pattern: pastedPattern(
      '[A-Za-z0-9/+=]{40}',
      'A secret access key has 40 characters. Copy it again as a whole.',
    ),
  },
  sessionToken: {
    schema: sessionToken,
    label: 'Session token',
    kind: 'secret',
    optional: true,
    onlyWhen: withKey,
    hint: 'Only for temporary keys, which start with ASIA.',
    maxLength: 3000,
  },
  roleArn: {
    schema: roleArn,
    label: 'Role ARN',
    kind: 'text',
    guides: true,
    placeholder: 'arn:aws:iam::123456789012:role/xoap-builder',
    hint: 'The role that XOAP uses; its permissions are verified.',
    onlyWhen: {
      field: 'authentication',
      values: ['web-identity', 'own-identity', 'assume-role', 'assume-role-cross-account'],
    },
    maxLength: 640,
    pattern: pastedPattern(
      'arn:aws[a-z-]*:iam::\\d{12}:role/\\S+',
      'A role’s ARN looks like arn:aws:iam::123456789012:role/NAME. Copy it from the role’s page.',
    ),
  },
  externalId: {
    schema: externalId,
    label: 'External ID',
    kind: 'text',
    hint: 'Made for this connection; put it into the role’s trust policy below.',
    generate: () => `xoap-${randomUUID()}`,
    onlyWhen: { field: 'authentication', values: ['assume-role-cross-account'] },
    maxLength: 1224,
  },
} satisfies Readonly<Record<string, FieldDeclaration>>;

/** An unused field of a form may come empty. */
const unused = optionalPastedText().refine((text) => text === undefined, {
  error: 'Without a secret there is no key. Leave this empty.',
});

/** The same fields without a key: where AWS trusts the bot, or a role trusts its machine. */
export const keylessFields = <Way extends 'web-identity' | 'own-identity'>(way: Way) =>
  ({
    ...declaredFields,
    authentication: { ...declaredFields.authentication, schema: z.literal(way) },
    accessKeyId: { ...declaredFields.accessKeyId, schema: unused },
    secretAccessKey: { ...declaredFields.secretAccessKey, schema: unused },
    sessionToken: { ...declaredFields.sessionToken, schema: unused },
  }) satisfies Readonly<Record<string, FieldDeclaration>>;
