import { z } from 'zod';
import { type FieldDeclaration, optionalPastedText } from '../credential-form.ts';

const projectPattern = /^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;

/** https://cloud.google.com/resource-manager/docs/creating-managing-projects#before_you_begin */
const project = optionalPastedText().refine((id) => id === undefined || projectPattern.test(id), {
  error:
    'A project id has 6 to 30 small letters, digits and hyphens, such as my-project-123456. The name and the number of a project are something else.',
});

const serviceAccount = optionalPastedText().refine(
  (email) => email === undefined || /^[\w.-]+@[\w.-]+\.gserviceaccount\.com$/.test(email),
  { error: 'A service account looks like builder@my-project.iam.gserviceaccount.com.' },
);

/** `REGION/NAME`, or the path or link that gcloud and the console give. */
const subnetworkPattern =
  /^(?:(?:https:\/\/(?:www|compute)\.googleapis\.com\/compute\/v1\/)?projects\/([^/]+)\/regions\/)?([a-z]+-[a-z]+\d+)(?:\/subnetworks)?\/([a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)$/;

const subnetwork = optionalPastedText().transform((text, context) => {
  if (text === undefined) return undefined;
  const [, project, region = '', name = ''] = subnetworkPattern.exec(text) ?? [];
  if (region) return { project, region, name };
  context.addIssue('A subnetwork looks like europe-west3/builds: its region, a slash and its name.');
  return z.NEVER;
});

const withKey = { field: 'authentication', values: ['key-file'] };
const withoutKey = { field: 'authentication', values: ['impersonation'] };
const error = 'Choose one of: impersonation, key-file.';

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools/create */
const poolPart = (what: string) =>
  optionalPastedText().refine((id) => id === undefined || /^(?!gcp-)[a-z0-9-]{4,32}$/.test(id), {
    error: `The id of a ${what} has 4 to 32 small letters, digits and hyphens, and does not start with gcp-.`,
  });

const projectNumber = optionalPastedText().refine(
  (number) => number === undefined || /^\d{6,20}$/.test(number),
  {
    error:
      'The number of a project has digits alone (gcloud projects describe PROJECT --format "value(projectNumber)"). Its name and its id are something else.',
  },
);

/** What a person is asked for, and what is accepted; the key file is read by itself. */
export const declaredFields = {
  authentication: {
    schema: z.enum(['impersonation', 'key-file'], { error }).default('key-file'),
    label: 'How it signs in',
    kind: 'select',
    optional: true,
    preset: 'key-file',
    redraws: true,
    choices: [
      {
        label: 'Ways',
        choices: [
          { value: 'impersonation', label: 'No secret: Google Cloud trusts this bot', keyless: 'issuer' },
          { value: 'key-file', label: 'Key of a service account' },
        ],
      },
    ],
  },
  serviceAccount: {
    schema: serviceAccount,
    label: 'Service account that XOAP uses',
    kind: 'text',
    guides: true,
    onlyWhen: withoutKey,
    placeholder: 'builder@my-project.iam.gserviceaccount.com',
    hint: 'That of XOAP’s connection; what it can do is verified.',
    maxLength: 200,
  },
  poolProjectNumber: {
    schema: projectNumber,
    label: 'Number of the project of the pool',
    kind: 'text',
    guides: true,
    onlyWhen: withoutKey,
    placeholder: '123456789012',
    hint: 'Of the project with the workload identity pool; its number, not its id.',
    maxLength: 40,
  },
  pool: {
    schema: poolPart('pool'),
    label: 'Workload identity pool',
    kind: 'text',
    guides: true,
    onlyWhen: withoutKey,
    preset: 'xoap-chatops',
    maxLength: 60,
  },
  poolProvider: {
    schema: poolPart('provider'),
    label: 'Provider of the pool',
    kind: 'text',
    guides: true,
    onlyWhen: withoutKey,
    preset: 'xoap-chatops',
    maxLength: 60,
  },
  keyFile: {
    schema: z.string().default(''),
    label: 'Service account key file (JSON)',
    kind: 'file',
    onlyWhen: withKey,
    hint: 'Console: IAM & Admin, Service Accounts, ⋮, Manage keys, Add key, Create new key, JSON.',
    maxLength: 3_000,
  },
  projectId: {
    schema: project,
    label: 'Project ID',
    kind: 'text',
    optional: true,
    hint: 'Where machines are started; the project of the service account unless given.',
    maxLength: 100,
  },
  instanceServiceAccount: {
    schema: serviceAccount,
    label: 'Service account of build machines',
    kind: 'text',
    editable: true,
    optional: true,
    placeholder: 'builder@my-project.iam.gserviceaccount.com',
    hint: 'What build machines run as; the default account of Compute Engine unless given.',
    maxLength: 200,
  },
  hostProjectId: {
    schema: project,
    label: 'Host project of the Shared VPC',
    kind: 'text',
    editable: true,
    optional: true,
    hint: 'Only with the option Shared VPC.',
    maxLength: 100,
  },
  subnetwork: {
    schema: subnetwork,
    label: 'Subnetwork of the host project',
    kind: 'text',
    editable: true,
    optional: true,
    placeholder: 'europe-west3/builds',
    hint: 'Only with the option Shared VPC: a grant on it is enough, and is tested on it.',
    maxLength: 300,
  },
} satisfies Readonly<Record<string, FieldDeclaration>>;
