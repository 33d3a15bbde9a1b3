import { startAwsCloud } from './cloud.ts';
import { credentialOf, demoAccounts, demoScenarios } from './demo-accounts.ts';

/** `npm run cloud:aws`: keeps the simulated accounts up and prints how to verify against them. */
const cloud = await startAwsCloud(demoAccounts());
console.log(`The local AWS listens on ${cloud.url}. Verify one of its credentials from another terminal:\n`);
for (const scenario of demoScenarios) {
  const input = JSON.stringify(credentialOf(scenario));
  console.log(`# ${scenario.name}\necho '${input}' | AWS_ENDPOINT_URL=${cloud.url} npx xoap verify aws\n`);
}
