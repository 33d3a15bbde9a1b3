import { generateKeyPairSync } from 'node:crypto';
import catalog from '../../src/catalog/image-management/google.json' with { type: 'json' };
import {
  type Binding,
  type Directory,
  defaultAccountOf,
  type Project,
  type ServiceAccount,
} from './directory.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

/** Signs for every simulated service account; made anew in each process. */
export { privateKey as demoPrivateKey, publicKey as demoPublicKey };

const instanceAdmin = 'roles/compute.instanceAdmin.v1';
const serviceAccountUser = 'roles/iam.serviceAccountUser';
const enabled = [
  'cloudbilling.googleapis.com',
  'cloudresourcemanager.googleapis.com',
  'compute.googleapis.com',
  'iam.googleapis.com',
  'iap.googleapis.com',
  'serviceusage.googleapis.com',
  'storage.googleapis.com',
];

type Seed = Partial<Omit<Project, 'id' | 'number' | 'bindings'>> & {
  /** Roles that the account has on its project. */
  readonly roles?: readonly (string | Pick<Binding, 'role' | 'condition'>)[];
  /** Roles that the account has on itself. */
  readonly onItself?: readonly string[];
  readonly account?: Pick<ServiceAccount, 'disabled' | 'keyId' | 'keysMadeAt'>;
  readonly hostProject?: { readonly roles: readonly string[] };
};

/** Exactly the permissions that are tested, and nothing around them. */
const pinned = catalog.requirements
  .filter(({ group }) => group === instanceAdmin || group === serviceAccountUser)
  .map(({ id }) => id);

const seeds = {
  complete: { roles: [instanceAdmin, serviceAccountUser] },
  pinned: {
    roles: ['projects/xoap-pinned/roles/builder'],
    customRoles: { 'projects/xoap-pinned/roles/builder': pinned },
  },
  instances: { roles: [serviceAccountUser] },
  itself: { roles: [instanceAdmin], onItself: [serviceAccountUser] },
  owner: { roles: ['roles/owner'], account: { keysMadeAt: '2025-01-01T00:00:00Z' } },
  shared: { roles: [instanceAdmin, serviceAccountUser], hostProject: { roles: [] } },
  sharedready: {
    roles: [instanceAdmin, serviceAccountUser],
    hostProject: { roles: ['roles/compute.networkUser'] },
  },
  disabledapi: {
    roles: [instanceAdmin, serviceAccountUser],
    services: enabled.filter((name) => name !== 'compute.googleapis.com'),
  },
  denied: {
    roles: [instanceAdmin, serviceAccountUser, 'roles/iam.denyReviewer', 'projects/xoap-denied/roles/viewer'],
    customRoles: { 'projects/xoap-denied/roles/viewer': ['resourcemanager.projects.getIamPolicy'] },
    denyPolicies: [
      { displayName: 'No new instances', deniedPermissions: ['compute.googleapis.com/instances.create'] },
    ],
  },
  conditional: {
    roles: [
      {
        role: instanceAdmin,
        condition: { title: 'builders', expression: 'resource.name.startsWith("projects/x")' },
      },
      serviceAccountUser,
      'projects/xoap-conditional/roles/viewer',
    ],
    customRoles: { 'projects/xoap-conditional/roles/viewer': ['resourcemanager.projects.getIamPolicy'] },
  },
  deletedkey: { roles: [instanceAdmin, serviceAccountUser], account: { keyId: undefined } },
  disabled: { roles: [instanceAdmin], account: { disabled: true } },
} satisfies Record<string, Seed>;
export type GoogleName = keyof typeof seeds;
const names = Object.keys(seeds) as GoogleName[];

const projectOf = (name: string) => `xoap-${name}`;
export const hostProjectOf = (name: string) => `xoap-${name}-host`;
export const emailOf = (name: string) => `builder@${projectOf(name)}.iam.gserviceaccount.com`;
const keyIdOf = (name: string) => Buffer.from(name.padEnd(10, '0')).toString('hex').slice(0, 20);

/** The key file that the console would give for a simulated service account. */
export function keyFileOf(name: string, more: Record<string, unknown> = {}): string {
  const file = {
    type: 'service_account',
    project_id: projectOf(name),
    private_key_id: keyIdOf(name),
    private_key: privateKey,
    client_email: emailOf(name),
    client_id: '100000000000000000000',
    auth_uri: 'https://accounts.google.com/o/oauth2/auth',
    token_uri: 'https://oauth2.googleapis.com/token',
    auth_provider_x509_cert_url: 'https://www.googleapis.com/oauth2/v1/certs',
    client_x509_cert_url: 'https://www.googleapis.com/robot/v1/metadata/x509/builder',
    universe_domain: 'googleapis.com',
    ...more,
  };
  return JSON.stringify(file, null, 2);
}

function projectsOf(name: GoogleName, index: number): Project[] {
  const {
    roles = [],
    services = enabled,
    hostProject,
    account: _account,
    onItself: _own,
    ...rest
  }: Seed = seeds[name];
  const members = [`serviceAccount:${emailOf(name)}`];
  const own: Project = {
    id: projectOf(name),
    number: String(100_000_000_000 + index),
    services: [...services],
    bindings: roles.map((role) => (typeof role === 'string' ? { role, members } : { ...role, members })),
    ...rest,
  };
  if (!hostProject) return [own];
  const host: Project = {
    id: hostProjectOf(name),
    number: String(200_000_000_000 + index),
    services: enabled,
    bindings: hostProject.roles.map((role) => ({ role, members })),
  };
  return [own, host];
}

/** One project with its service account for each name, and a host project where there is one. */
export function demoDirectory(): Directory {
  const projects = names.flatMap(projectsOf);
  const defaultAccounts = projects.map((project): ServiceAccount => {
    return { email: defaultAccountOf(project), project: project.id, bindings: [] };
  });
  return {
    projects,
    pools: [],
    poolProviders: [],
    accounts: names
      .map((name): ServiceAccount => {
        const { onItself = [], account }: Seed = seeds[name];
        const email = emailOf(name);
        return {
          email,
          project: projectOf(name),
          keyId: keyIdOf(name),
          bindings: onItself.map((role) => ({ role, members: [`serviceAccount:${email}`] })),
          ...account,
        };
      })
      .concat(defaultAccounts),
  };
}

export type GoogleScenario = {
  readonly name: string;
  /** As `xoap verify google` takes it. */
  readonly input: Readonly<Record<string, string>>;
  readonly profileOptions?: readonly string[];
};

/** The credentials that show what can be told, by what is the matter with them. */
export const googleScenarios: readonly GoogleScenario[] = [
  { name: 'both required roles', input: { keyFile: keyFileOf('complete') } },
  { name: 'a custom role with exactly the pinned set', input: { keyFile: keyFileOf('pinned') } },
  { name: 'one role missing', input: { keyFile: keyFileOf('instances') } },
  {
    name: 'actAs on the account only',
    input: { keyFile: keyFileOf('itself'), instanceServiceAccount: emailOf('itself') },
  },
  { name: 'Owner', input: { keyFile: keyFileOf('owner') } },
  {
    name: 'Shared VPC missing on the host project',
    input: { keyFile: keyFileOf('shared'), hostProjectId: hostProjectOf('shared') },
    profileOptions: ['shared-vpc'],
  },
  {
    name: 'Shared VPC complete',
    input: { keyFile: keyFileOf('sharedready'), hostProjectId: hostProjectOf('sharedready') },
    profileOptions: ['shared-vpc'],
  },
  { name: 'IAP wanted and missing', input: { keyFile: keyFileOf('complete') }, profileOptions: ['iap'] },
  { name: 'an API that is disabled', input: { keyFile: keyFileOf('disabledapi') } },
  { name: 'a deny policy', input: { keyFile: keyFileOf('denied') } },
  { name: 'a binding under a condition', input: { keyFile: keyFileOf('conditional') } },
  { name: 'a deleted key', input: { keyFile: keyFileOf('deletedkey') } },
  { name: 'a disabled service account', input: { keyFile: keyFileOf('disabled') } },
  { name: 'a service account that is gone', input: { keyFile: keyFileOf('nobody') } },
  { name: 'a wrong project', input: { keyFile: keyFileOf('complete'), projectId: 'no-such-project' } },
];

/** Files that are refused before anything is called, by what they are. */
export const refusedFiles: Readonly<Record<string, string>> = {
  'an external_account file': JSON.stringify({
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/p',
    token_url: 'http://192.0.2.1/token',
    credential_source: { file: '/etc/passwd' },
  }),
  'HTML instead of JSON': '<!DOCTYPE html><html><body>Sign in</body></html>',
  'a 3 MB file': keyFileOf('complete', { padding: 'x'.repeat(3_000_000) }),
};
