import { startAwsCloud } from '../simulations/aws/cloud.ts';
import { credentialOf, demoAccounts, demoScenarios } from '../simulations/aws/demo-accounts.ts';
import { startAzureCloud } from '../simulations/azure/cloud.ts';
import { azureCredential, demoDirectory } from '../simulations/azure/demo-accounts.ts';
import { startGoogleCloud } from '../simulations/google/cloud.ts';
import {
  demoPublicKey,
  demoDirectory as googleDirectory,
  keyFileOf,
} from '../simulations/google/demo-accounts.ts';
import { loopbackCertificate } from '../simulations/tls.ts';
import { type Trusted, trustAws, trustAzure, trustGoogle } from '../simulations/trusting.ts';
import { startVsphereCloud } from '../simulations/vsphere/cloud.ts';
import { demoVcenter, knownPrivileges, vsphereCredential } from '../simulations/vsphere/demo-accounts.ts';

// A local cloud in a process of its own, so that its work is not the bot's; holds each answer back for so many
// milliseconds. Prints where it is, the credential of somebody who lacks nothing, and the certificate to trust. Given whose tokens to
// trust, that is a credential without a secret.

const [complete] = demoScenarios;
const starts = {
  aws: async () => ({
    cloud: await startAwsCloud(demoAccounts()),
    input: complete ? credentialOf(complete) : {},
  }),
  azure: async () => ({
    cloud: await startAzureCloud(demoDirectory()),
    input: azureCredential('contributor'),
  }),
  google: async () => ({
    cloud: await startGoogleCloud(googleDirectory(), demoPublicKey),
    input: { keyFile: keyFileOf('complete') },
  }),
  vsphere: async () => {
    const cloud = await startVsphereCloud(demoVcenter(knownPrivileges));
    const { port, fingerprint: certificateSha256 } = cloud;
    return { cloud, input: vsphereCredential('full', port, { certificateSha256 }) };
  },
} as const;

const [, , name, delayMs, trusted] = process.argv;
const started = await starts[name as keyof typeof starts]();
const { cloud } = started;

/** The credential that signs in without a secret, where the account is to trust somebody's tokens. */
function trusting(): Readonly<Record<string, string>> | undefined {
  if (!trusted) return undefined;
  const trust = JSON.parse(trusted) as Trusted;
  if ('accounts' in cloud) return trustAws(cloud, trust);
  if (!('issuers' in cloud)) return undefined;
  return 'tokens' in cloud ? trustAzure(cloud, trust) : trustGoogle(cloud, trust);
}
const input = trusting() ?? started.input;
cloud.delayMs = Number(delayMs ?? 0);
const { file } = await loopbackCertificate();
const url = 'url' in cloud ? cloud.url : `https://127.0.0.1:${cloud.port}/sdk`;
console.log(JSON.stringify({ url, input, certificate: file }));
