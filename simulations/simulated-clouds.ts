import type { Account } from './aws/account.ts';
import { startAwsCloud } from './aws/cloud.ts';
import { demoAccounts } from './aws/demo-accounts.ts';
import { startAzureCloud } from './azure/cloud.ts';
import { demoDirectory } from './azure/demo-accounts.ts';
import { startGoogleCloud } from './google/cloud.ts';
import { demoPublicKey, demoDirectory as googleDirectory } from './google/demo-accounts.ts';
import { loopbackCertificate } from './tls.ts';
import type { Issuers } from './token-judge.ts';
import { startVsphereCloud } from './vsphere/cloud.ts';
import { demoVcenter, knownPrivileges } from './vsphere/demo-accounts.ts';

/** All four local clouds, with what a bot needs to know to call them instead of the real ones. */
export async function startSimulatedClouds(accounts: Account[] = demoAccounts()) {
  const issuers: Issuers = new Map();
  const [cloud, azure, google, vsphere, { file }] = await Promise.all([
    startAwsCloud(accounts, issuers),
    startAzureCloud(demoDirectory(), issuers),
    startGoogleCloud(googleDirectory(), demoPublicKey, issuers),
    startVsphereCloud(demoVcenter(knownPrivileges)),
    loopbackCertificate(),
  ]);
  return {
    /** The issuers that the clouds reach, by their addresses. */
    issuers,
    cloud,
    azure,
    google,
    vsphere,
    /** Settings of the bot. */
    settings: {
      XOAP_AZURE_AUTHORITY_HOST: azure.url,
      XOAP_AZURE_RESOURCE_MANAGER: azure.url,
      XOAP_GOOGLE_ENDPOINT: google.url,
      XOAP_VSPHERE_ALLOWED_HOSTS: `127.0.0.1/32:${vsphere.port}`,
    },
    /** What other software in the bot's process reads of its environment. */
    environment: { AWS_ENDPOINT_URL: cloud.url, NODE_EXTRA_CA_CERTS: file },
    close: () => Promise.all([cloud.close(), azure.close(), google.close(), vsphere.close()]),
  };
}
export type SimulatedClouds = Awaited<ReturnType<typeof startSimulatedClouds>>;
