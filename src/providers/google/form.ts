import type { CredentialField } from '../credential-form.ts';

/** What a person is asked for. */
export const fields: readonly CredentialField[] = [
  {
    id: 'keyFile',
    label: 'Service account key file (JSON)',
    kind: 'file',
    hint: 'Console: IAM & Admin, Service Accounts, ⋮, Manage keys, Add key, Create new key, JSON.',
    maxLength: 3_000,
  },
  {
    id: 'projectId',
    label: 'Project ID',
    kind: 'text',
    optional: true,
    hint: 'Where images are built; the project of the key file unless given.',
    maxLength: 100,
  },
  {
    id: 'instanceServiceAccount',
    label: 'Service account of build machines',
    kind: 'text',
    optional: true,
    placeholder: 'builder@my-project.iam.gserviceaccount.com',
    hint: 'What build machines run as; the account of the key file unless given.',
    maxLength: 200,
  },
  {
    id: 'hostProjectId',
    label: 'Host project of the Shared VPC',
    kind: 'text',
    optional: true,
    hint: 'Only with the option Shared VPC.',
    maxLength: 100,
  },
];
