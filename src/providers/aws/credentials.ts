import { z } from 'zod';
import regionsFile from '../../catalog/aws-regions.json' with { type: 'json' };
import {
  type ChoiceGroup,
  type CredentialField,
  type FieldValues,
  fieldProblems,
  onlyTexts,
  optionalPastedText,
  type ParsedCredential,
  pastedText,
} from '../credential-form.ts';

/** Region ids and names, as the documentation of AWS spells them. */
export const regions: readonly { readonly id: string; readonly name: string }[] = regionsFile.regions;

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

/** The fields as they are entered, and as they stand sealed in the store. */
export const AwsCredential = z
  .strictObject({
    region: pastedText('Choose a region.').refine((id) => regions.some((region) => region.id === id), {
      error: 'There is no such region. Use an id such as eu-central-1.',
    }),
    accessKeyId,
    secretAccessKey,
    sessionToken: optionalPastedText().refine((token) => !token || /^[A-Za-z0-9/+=_-]{16,}$/.test(token), {
      error:
        'This is no session token: it is a long text of letters, digits and signs, without spaces. Copy it again as a whole.',
    }),
  })
  .superRefine(({ accessKeyId: id, sessionToken }, context) => {
    if (id.startsWith('ASIA') && !sessionToken) {
      context.addIssue({
        code: 'custom',
        path: ['sessionToken'],
        message: 'A key that starts with ASIA is temporary and works only with its session token.',
      });
    }
    if (id.startsWith('AKIA') && sessionToken) {
      context.addIssue({
        code: 'custom',
        path: ['sessionToken'],
        message: 'A key that starts with AKIA is long-lived and has no session token. Leave this empty.',
      });
    }
  });
export type AwsCredential = z.infer<typeof AwsCredential>;

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
    id: 'accessKeyId',
    label: 'Access key id',
    kind: 'text',
    placeholder: 'AKIA…',
    hint: 'IAM console, Users, Security credentials, Access keys.',
    maxLength: 128,
  },
  {
    id: 'secretAccessKey',
    label: 'Secret access key',
    kind: 'secret',
    hint: '40 characters, shown once when the key is made.',
    maxLength: 200,
  },
  {
    id: 'sessionToken',
    label: 'Session token',
    kind: 'secret',
    optional: true,
    hint: 'Only for temporary keys, which start with ASIA.',
    maxLength: 3000,
  },
];

/** Accepts or refuses what was entered, by its form alone. */
export function parse(values: FieldValues): ParsedCredential {
  const parsed = AwsCredential.safeParse(values);
  if (!parsed.success) return { ok: false, problems: fieldProblems(parsed.error) };
  return { ok: true, credential: onlyTexts(parsed.data), target: { region: parsed.data.region } };
}
