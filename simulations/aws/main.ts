import { sayExamples } from '../credential-files.ts';
import { interrupted } from '../interrupted.ts';
import { startAwsCloud } from './cloud.ts';
import { credentialOf, demoAccounts, demoScenarios } from './demo-accounts.ts';

/** `npm run cloud:aws`: keeps the simulated accounts up and prints how to verify against them. */
const cloud = await startAwsCloud(demoAccounts());
console.log(`The local AWS listens on ${cloud.url}. Verify one of its credentials from another terminal:\n`);
const examples = demoScenarios.map((scenario) => ({ name: scenario.name, input: credentialOf(scenario) }));
await sayExamples('aws', examples, `AWS_ENDPOINT_URL=${cloud.url} `);
await interrupted();
await cloud.close();
