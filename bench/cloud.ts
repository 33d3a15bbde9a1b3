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

// A local cloud in a process of its own, so that its work is not the bot's; holds each answer back for so many
// milliseconds. Prints where it is, the credential of somebody who lacks nothing, and the certificate to trust.

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
} as const;

const { cloud, input } = await starts[process.argv[2] as keyof typeof starts]();
cloud.delayMs = Number(process.argv[3] ?? 0);
const { file } = await loopbackCertificate();
console.log(JSON.stringify({ url: cloud.url, input, certificate: file }));
