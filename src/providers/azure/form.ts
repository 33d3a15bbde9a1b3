import { z } from 'zod';
import {
  type CredentialField,
  type FieldDeclaration,
  fieldsOf,
  optionalPastedText,
  type Pattern,
  pastedText,
} from '../credential-form.ts';
import { cloudOf, clouds } from './clouds.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A GUID without the braces, capitals and path that it is sometimes copied with. */
function guidText(missing: string, wrong: string) {
  return pastedText(missing)
    .transform((text) =>
      text
        .replace(/^\/?subscriptions\//i, '')
        .replace(/^\{|\}$|\/$/g, '')
        .toLowerCase(),
    )
    .refine((text) => guid.test(text), { error: wrong });
}

const clientSecret = pastedText('Enter the client secret: the value, which is shown once when it is made.')
  .refine((secret) => !guid.test(secret.toLowerCase()), {
    error:
      'This is a Secret ID. Paste the Value of the secret, which stands beside it in the portal and is shown only once; if it is lost, make a new client secret.',
    abort: true,
  })
  .refine((secret) => /^[\x21-\x7e]+$/.test(secret), {
    error: 'A client secret has no spaces and no letters with accents. Something else was pasted with it.',
    abort: true,
  })
  .refine((secret) => secret.length >= 8, {
    error: 'This is too short for a client secret, so it was cut off. Copy it again as a whole.',
  });

const cloud = z
  .string()
  .default('public')
  .transform((text, context) => {
    const known = cloudOf(text || 'public');
    if (known) return known;
    context.addIssue('Choose one of: public, us-government, china.');
    return z.NEVER;
  });

const secretExpiresOn = optionalPastedText()
  // The Azure CLI prints a day and a time.
  .transform((text) => text?.replace(/T.*$/, ''))
  .refine((text) => text === undefined || z.iso.date().safeParse(text).success, {
    error: 'A date looks like 2027-11-22. Leave it empty for no reminder.',
  });

/** Room for the whole output of the command, which may be pasted into any of these. */
const roomForOutput = 3_000;

/** An id, or an output with ids in it. */
const holdsGuid: Pattern = {
  regex: '^[\\s\\S]*[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}[\\s\\S]*$',
  message: 'This is a GUID, such as 00000000-0000-0000-0000-000000000000.',
};

const fieldByField = { field: 'entry', values: ['fields'] };
const withSecret = { field: 'authentication', values: ['client-secret'] };

/** How it signs in. */
const authentication = {
  label: 'How it signs in',
  kind: 'select',
  optional: true,
  preset: 'client-secret',
  redraws: true,
  choices: [
    {
      label: 'Ways',
      choices: [
        { value: 'federated', label: 'No secret: Entra ID trusts this bot', keyless: 'issuer' },
        { value: 'client-secret', label: 'Client secret' },
      ],
    },
  ],
} as const;
const error = 'Choose one of: federated, client-secret.';

/** How the fields are entered, which is no part of a credential. */
const entryFields: readonly CredentialField[] = [
  {
    id: 'entry',
    label: 'How to enter it',
    kind: 'select',
    preset: 'fields',
    redraws: true,
    formOnly: true,
    onlyWhen: withSecret,
    choices: [
      {
        label: 'Ways',
        choices: [
          { value: 'fields', label: 'Field by field' },
          { value: 'output', label: 'Paste what the command printed' },
        ],
      },
    ],
  },
  {
    id: 'output',
    label: 'Output of az ad sp create-for-rbac',
    kind: 'secret',
    hint: 'All of it, from { to }: tenant, client id and secret are taken from it.',
    onlyWhen: [withSecret, { field: 'entry', values: ['output'] }],
    formOnly: true,
    maxLength: roomForOutput,
  },
];

/** What a person is asked for, in the order and the words of the documentation, and what is accepted. */
export const declaredFields = {
  authentication: {
    ...authentication,
    schema: z.literal('client-secret', { error }).default('client-secret'),
  },
  subscriptionId: {
    schema: guidText(
      'Enter the id of the subscription, a GUID (az account show --query id).',
      'A subscription id is a GUID, such as 00000000-0000-0000-0000-000000000000 (az account show --query id).',
    ),
    label: 'Subscription ID',
    kind: 'text',
    placeholder: '00000000-0000-0000-0000-000000000000',
    hint: '“az account show --query id” prints it.',
    maxLength: roomForOutput,
    pattern: holdsGuid,
  },
  tenantId: {
    schema: guidText(
      'Enter the id of the tenant, a GUID; the command calls it "tenant".',
      'A tenant id is a GUID, not a domain name. It is called "tenant" in the output of the command.',
    ),
    label: 'Tenant ID',
    kind: 'text',
    hint: '“tenant” in the output of the command.',
    onlyWhen: fieldByField,
    maxLength: roomForOutput,
    pattern: holdsGuid,
  },
  clientId: {
    schema: guidText(
      'Enter the client id, a GUID; the command calls it "appId".',
      'A client id is a GUID; it is called "appId" in the output of the command, Application ID in the portal.',
    ),
    label: 'Client ID',
    kind: 'text',
    guides: true,
    hint: '“appId” in the output of the command.',
    onlyWhen: fieldByField,
    maxLength: roomForOutput,
    pattern: holdsGuid,
  },
  clientSecret: {
    schema: clientSecret,
    label: 'Client Secret',
    kind: 'secret',
    hint: '“password” in the output of the command; in the portal the Value, not the Secret ID.',
    onlyWhen: [withSecret, fieldByField],
    maxLength: roomForOutput,
  },
  secretExpiresOn: {
    schema: secretExpiresOn,
    label: 'The secret expires on',
    kind: 'date',
    rotates: true,
    optional: true,
    onlyWhen: withSecret,
    hint: 'For reminders: Azure does not tell the day to the credential itself. Left empty, it is unknown and nobody is reminded.',
  },
  cloud: {
    schema: cloud,
    label: 'Cloud',
    kind: 'select',
    optional: true,
    preset: 'public',
    choices: [
      {
        label: 'Clouds',
        choices: Object.entries(clouds).map(([value, { label }]) => ({ value, label })),
      },
    ],
  },
} satisfies Readonly<Record<string, FieldDeclaration>>;

/** What belongs to a secret stays empty where there is none. */
const unused = optionalPastedText().refine((text) => text === undefined, {
  error: 'With federated there is no secret. Leave this empty.',
});

/** The same fields where Entra ID trusts the bot. */
export const keylessFields = {
  ...declaredFields,
  authentication: { ...authentication, schema: z.literal('federated', { error }) },
  clientSecret: { ...declaredFields.clientSecret, schema: unused },
  secretExpiresOn: { ...declaredFields.secretExpiresOn, schema: unused },
} satisfies Readonly<Record<string, FieldDeclaration>>;

const { authentication: way, ...others } = declaredFields;

/** What a person is asked for in a form: first how it signs in. */
export const formFields: readonly CredentialField[] = [
  ...fieldsOf({ authentication: way }),
  ...entryFields,
  ...fieldsOf(others),
];
