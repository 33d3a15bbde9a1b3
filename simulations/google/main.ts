import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startGoogleCloud } from './cloud.ts';
import { demoDirectory, demoPublicKey, googleScenarios } from './demo-accounts.ts';

/** `npm run cloud:google`: keeps the simulated projects up and prints how to verify against them. */
const cloud = await startGoogleCloud(demoDirectory(), demoPublicKey);
const folder = await mkdtemp(join(tmpdir(), 'xoap-google-'));
console.log(
  `The local Google listens on ${cloud.url}. Verify one of its credentials from another terminal:\n`,
);
for (const [index, { name, input, profileOptions = [] }] of googleScenarios.entries()) {
  const file = join(folder, `${index}.json`);
  await writeFile(file, JSON.stringify({ ...input, profileOptions }));
  console.log(`# ${name}\nXOAP_GOOGLE_ENDPOINT=${cloud.url} npx xoap verify google < ${file}\n`);
}
