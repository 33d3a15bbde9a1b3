import { sayExamples } from '../credential-files.ts';
import { interrupted } from '../interrupted.ts';
import { startGoogleCloud } from './cloud.ts';
import { demoDirectory, demoPublicKey, googleScenarios } from './demo-accounts.ts';

/** `npm run cloud:google`: keeps the simulated projects up and prints how to verify against them. */
const cloud = await startGoogleCloud(demoDirectory(), demoPublicKey);
console.log(
  `The local Google listens on ${cloud.url}. Verify one of its credentials from another terminal:\n`,
);
const examples = googleScenarios.map(({ name, input, profileOptions = [] }) => ({
  name,
  input: { ...input, profileOptions },
}));
await sayExamples('google', examples, `XOAP_GOOGLE_ENDPOINT=${cloud.url} `);
await interrupted();
await cloud.close();
