import { sayExamples } from '../credential-files.ts';
import { interrupted } from '../interrupted.ts';
import { loopbackCertificate } from '../tls.ts';
import { startAzureCloud } from './cloud.ts';
import { azureScenarios, demoDirectory } from './demo-accounts.ts';

/** `npm run cloud:azure`: keeps the simulated subscriptions up and prints how to verify against them. */
const cloud = await startAzureCloud(demoDirectory());
const { file } = await loopbackCertificate();
console.log(`The local Azure listens on ${cloud.url}. In another terminal, say where it is:\n`);
console.log(`export NODE_EXTRA_CA_CERTS=${file}`);
console.log(`export XOAP_AZURE_AUTHORITY_HOST=${cloud.url} XOAP_AZURE_RESOURCE_MANAGER=${cloud.url}\n`);
console.log('and verify one of its credentials:\n');
await sayExamples(
  'azure',
  azureScenarios.map(({ name, credential }) => ({ name, input: credential })),
);
await interrupted();
await cloud.close();
