import { credentialOf, demoScenarios } from '../simulations/aws/demo-accounts.ts';
import { azureScenarios } from '../simulations/azure/demo-accounts.ts';
import { interrupted } from '../simulations/interrupted.ts';
import { startPlaygroundBot } from '../simulations/teams/agents-playground.ts';
import { vsphereCredential } from '../simulations/vsphere/demo-accounts.ts';
import { choosePort } from './port.ts';

// `npm run demo:teams`: the real bot and worker with Microsoft's Agents Playground as Teams, against simulated clouds,
// all on loopback. Prints what to fill in, and stays until it is interrupted.

const say = (text = '') => console.log(text);

const { clouds, url, close } = await startPlaygroundBot(await choosePort(56_150));

function sayCredential(name: string, credential: Record<string, string>): void {
  say(name);
  for (const [field, value] of Object.entries(credential)) say(`    ${field.padEnd(18)} ${value}`);
}

say('Credentials of the simulated clouds to fill in:\n');
for (const scenario of demoScenarios) sayCredential(`AWS: ${scenario.name}`, credentialOf(scenario));
for (const { name, credential } of azureScenarios) sayCredential(`Azure: ${name}`, credential);
const { port, fingerprint: certificateSha256 } = clouds.vsphere;
sayCredential('vSphere: five privileges missing', vsphereCredential('partial', port, { certificateSha256 }));
say('Google Cloud: `npm run cloud:google` prints key files.');

say(`
Open ${url} in a browser.
- In the channel: write @, choose "Test Bot" (as the playground calls it), then "help" or "connection list". In the
  personal chat: the command alone.
- To add a connection: the + beside the text box, "Action Command", "Adaptive Cards", "Create"; no command id is needed.
  For vSphere choose the type "On-premises" and press "Next". Close the dialog when it was sent.
- This playground opens no dialogs from buttons in cards; Teams does.

Interrupt (Ctrl+C) to end.`);

await interrupted();
await close();
