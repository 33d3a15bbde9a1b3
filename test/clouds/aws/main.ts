import { startAwsCloud } from './cloud.ts';
import { demoAccounts, demoKeys } from './demo-accounts.ts';

/** `npm run cloud:aws`: keeps the simulated accounts up and prints how to verify against them. */
const cloud = await startAwsCloud(demoAccounts());
console.log(`The local AWS listens on ${cloud.url}. Verify one of its credentials from another terminal:\n`);
for (const [name, { id, secret }] of Object.entries(demoKeys)) {
  const region = name === 'complete' || name === 'partial' || name === 'novpc' ? 'eu-central-1' : 'us-east-1';
  const input = JSON.stringify({ region, accessKeyId: id, secretAccessKey: secret });
  console.log(`# ${name}\necho '${input}' | AWS_ENDPOINT_URL=${cloud.url} npx xoap verify aws\n`);
}
