import type { CredentialField, Pattern } from '../credential-form.ts';
import { clouds } from './clouds.ts';

/** The documented command makes secrets that last one year. */
function inOneYear(): string {
  const day = new Date();
  day.setUTCFullYear(day.getUTCFullYear() + 1);
  return day.toISOString().slice(0, 10);
}

/** Room for the whole output of the command, which may be pasted into any of these. */
const roomForOutput = 3_000;

/** An id, or an output with ids in it. */
const holdsGuid: Pattern = {
  regex: '^[\\s\\S]*[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}[\\s\\S]*$',
  message: 'This is a GUID, such as 00000000-0000-0000-0000-000000000000.',
};

/** What a person is asked for, in the order and the words of the documentation. */
export const fields: readonly CredentialField[] = [
  {
    id: 'subscriptionId',
    label: 'Subscription ID',
    kind: 'text',
    placeholder: '00000000-0000-0000-0000-000000000000',
    hint: 'Or paste here, or into any of the next three, all that “az ad sp create-for-rbac” printed.',
    optionalInForm: true,
    maxLength: roomForOutput,
    pattern: holdsGuid,
  },
  {
    id: 'tenantId',
    label: 'Tenant ID',
    kind: 'text',
    hint: '“tenant” in the output of the command.',
    optionalInForm: true,
    maxLength: roomForOutput,
    pattern: holdsGuid,
  },
  {
    id: 'clientId',
    label: 'Client ID',
    kind: 'text',
    hint: '“appId” in the output of the command.',
    optionalInForm: true,
    maxLength: roomForOutput,
    pattern: holdsGuid,
  },
  {
    id: 'clientSecret',
    label: 'Client Secret',
    kind: 'secret',
    hint: '“password” in the output of the command; in the portal the Value, not the Secret ID.',
    optionalInForm: true,
    maxLength: roomForOutput,
  },
  {
    id: 'secretExpiresOn',
    label: 'The secret expires on',
    kind: 'date',
    optional: true,
    generate: inOneYear,
    hint: 'For a reminder; Azure does not tell the day to the credential itself.',
  },
  {
    id: 'cloud',
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
];
