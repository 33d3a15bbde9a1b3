import type { AwsCloud } from './aws/cloud.ts';
import type { AzureCloud } from './azure/cloud.ts';
import { azureCredential } from './azure/demo-accounts.ts';
import type { GoogleCloud } from './google/cloud.ts';
import { emailOf } from './google/demo-accounts.ts';

/** What accounts of the local clouds are to trust: whose tokens, for whom, and where the documents are on this machine. */
export type Trusted = { readonly issuer: string; readonly subject: string; readonly documents: string };

type Credential = Readonly<Record<string, string>>;

/** Lets a role that lacks nothing trust a token; the credential that signs in so. */
export function trustAws(
  { accounts, issuers }: AwsCloud,
  { issuer, subject, documents }: Trusted,
): Credential {
  issuers.set(issuer, documents);
  const audience = 'sts.amazonaws.com';
  const owner = accounts.find(({ principals }) => principals.some(({ name }) => name === 'xoap-images'));
  const role = owner?.principals.find(({ name }) => name === 'xoap-images');
  if (!owner || !role) throw new Error('There is no role that could trust anybody');
  owner.identityProviders = [{ url: issuer, audiences: [audience] }];
  role.webTrust = { issuer, audience, subject };
  const roleArn = `arn:aws:iam::${owner.id}:role/xoap-images`;
  return { region: 'eu-central-1', authentication: 'web-identity', roleArn };
}

/** Lets an application that lacks nothing trust a token; the credential that signs in so. */
export function trustAzure(
  { directory, issuers }: AzureCloud,
  { issuer, subject, documents }: Trusted,
): Credential {
  issuers.set(issuer, documents);
  const { clientSecret: _secret, ...credential } = azureCredential('contributor');
  for (const { principals } of directory.tenants)
    for (const principal of principals.filter(({ clientId }) => clientId === credential.clientId))
      principal.federated = [{ issuer, subject, audiences: ['api://AzureADTokenExchange'] }];
  return { ...credential, authentication: 'federated' };
}

const pool = { poolProjectNumber: '100000000000', pool: 'xoap-chatops', poolProvider: 'xoap-chatops' };
const poolPath = `projects/${pool.poolProjectNumber}/locations/global/workloadIdentityPools/${pool.pool}`;

/** The whole name of the provider that a trusting service account takes tokens from. */
export const poolProviderName = `${poolPath}/providers/${pool.poolProvider}`;

/** Lets a service account that lacks nothing trust a token; the credential that signs in so. */
export function trustGoogle(
  { directory, issuers }: GoogleCloud,
  { issuer, subject, documents }: Trusted,
): Credential {
  issuers.set(issuer, documents);
  directory.poolProviders = [{ name: poolProviderName, issuer }];
  const serviceAccount = emailOf('complete');
  const account = directory.accounts.find(({ email }) => email === serviceAccount);
  const members = [`principal://iam.googleapis.com/${poolPath}/subject/${subject}`];
  account?.bindings.push({ role: 'roles/iam.workloadIdentityUser', members });
  return { authentication: 'impersonation', serviceAccount, ...pool };
}
