import { demoKeys, documentedActions } from '../simulations/aws/demo-accounts.ts';
import { evaluate } from '../simulations/aws/policy.ts';
import { interrupted } from '../simulations/interrupted.ts';
import { createSlackPerson, readMessage, type SlackPerson } from '../simulations/slack/person.ts';
import { verifyAgain } from '../simulations/slack/verify-again.ts';
import type { SlackPost, SlackWorkspace } from '../simulations/slack/workspace.ts';
import { until } from '../simulations/until.ts';
import { openPage } from './page.ts';
import { snippetsIn } from './playground/snippets.ts';
import { choosePort } from './port.ts';
import { type Stage, setStage } from './stage.ts';

// `npm run demo`: the real bot and worker, with a private Redis, a local Slack and simulated clouds, all on loopback.
// Does what Slack would do and prints what a person would read. Status 0 only if that is what the account really lacks,
// and the fix that stands in the thread, carried out as it stands, turns it green. Then the playground stays open, unless
// --once is given.

const say = (text = '') => console.log(text);
const indent = (text: string) => text.replace(/<@\w+>/g, '@kim').replace(/^/gm, '    ');

/** What the simulated account's policies really refuse, asked of the policies themselves. */
function reallyLacking(policies: Parameters<typeof evaluate>[0]['identity']): string[] {
  const question = (action: string) => ({ action, resource: '*', context: {} });
  return documentedActions.filter(
    (action) => evaluate({ identity: policies }, question(action)).decision !== 'allowed',
  );
}

async function act({ workspace, clouds: { cloud }, bot, holder, administrator }: Stage): Promise<boolean> {
  const person = await createSlackPerson(workspace, bot.url);
  try {
    say('\nkim types in #images:  /xoap connection add');
    await person.type('connection add');
    const first = await person.viewAfter(1);
    say(`A form opens: "${first.title.text}", and asks for ${labels(first.blocks)}.`);
    say('kim chooses: Cloud provider, AWS');
    const second = await person.choose(first, 'provider', 'aws');
    say(`The form now asks for ${labels(second.blocks)}.`);

    const { id, secret } = demoKeys.partial;
    const values = {
      name: 'prod-eu',
      'aws.region': 'eu-central-1',
      'aws.accessKeyId': id,
      'aws.secretAccessKey': secret,
    };
    say('kim fills it in and presses "Add and verify".');
    const submitted = await person.submit(second, values);
    if (submitted.status !== 200 || submitted.text !== '')
      throw new Error(`The form was refused: ${submitted.text}`);

    const root = await until('the verdict', () => rootWith(workspace, /cannot build images/));
    const thread = await until('the thread', async () => {
      const replies = await workspace.thread(workspace.channelId, root.ts);
      return replies.length >= 4 && replies;
    });
    say(`\n#images\n${indent(readMessage(root))}`);
    for (const [index, reply] of thread.entries())
      say(`\n  in its thread, ${index + 1}\n${indent(readMessage(reply))}`);

    const lacking = reallyLacking(cloud.holder(id).policies);
    const missing = thread.find(({ text }) => text.startsWith('Missing'));
    const told = [...readMessage(missing ?? root).matchAll(/ec2:\w+/g)].map(([action]) => action).sort();
    const isRight = lacking.length > 0 && JSON.stringify(told) === JSON.stringify([...lacking].sort());
    const isClean = cloud.faults.length === 0 && workspace.problems.length === 0;
    say(`\nThe simulated account really lacks: ${lacking.join(', ')}`);
    say(
      isRight && isClean
        ? 'The thread says the same. Nothing was created.'
        : 'The thread does NOT say the same.',
    );
    for (const problem of [...cloud.faults, ...workspace.problems]) say(`Fault: ${problem}`);
    if (!isRight || !isClean) return false;

    administrator.carryOut(snippetsIn(thread), JSON.stringify(root.blocks));
    say('\nThe administrator pastes the command of the fix into a shell. kim presses "Verify again".');
    const green = await verifyAgain(person, root, () => rootWith(workspace, /prod-eu can build images/));
    say(`\n#images\n${indent(readMessage(green))}`);
    const isFixed = reallyLacking(cloud.holder(id).policies).length === 0 && cloud.faults.length === 0;
    return isFixed && (await addHeld({ workspace, holder }, person));
  } finally {
    await person.close();
  }
}

/** A connection whose password only a second worker has: true where it is verified and the password reached no chat. */
async function addHeld(
  { workspace, holder }: Pick<Stage, 'workspace' | 'holder'>,
  person: SlackPerson,
): Promise<boolean> {
  say('\nA second worker holds the password of a vCenter in a file; the bot has neither file nor password.');
  say('kim types:  /xoap connection add vsphere');
  // What a worker holds is known to the bot within some seconds.
  const first = await until('the offer', async () => {
    const draws = person.draws();
    await person.type('connection add vsphere');
    const view = await person.viewAfter(draws + 1);
    return JSON.stringify(view.blocks).includes('The worker holds it') && view;
  });
  const form = await person.choose(first, 'vsphere.authentication', 'held');
  say(`kim chooses "The worker holds it". The form now asks for ${labels(form.blocks)}.`);
  const values = { name: 'vcenter', 'vsphere.authentication': 'held', 'vsphere.held': holder.name };
  say(`kim chooses ${holder.name} and presses "Add and verify".`);
  await person.submit(form, values);
  const root = await until('the verdict', () => rootWith(workspace, /vcenter can build images/));
  say(`\n#images\n${indent(readMessage(root))}`);
  return !JSON.stringify(workspace.calls).includes(holder.password);
}

/** The verdict in #images that says so, if it is there. */
async function rootWith(
  { roots, channelId }: SlackWorkspace,
  verdict: RegExp,
): Promise<SlackPost | undefined> {
  return (await roots(channelId)).find(({ text }) => verdict.test(text));
}

function labels(blocks: readonly Record<string, unknown>[]): string {
  return blocks
    .filter(({ type }) => type === 'input')
    .map(({ label }) => (label as { text: string }).text)
    .join(', ');
}

/** Keeps the page open until somebody interrupts. */
async function stayOpen(stage: Stage, pagePort: number): Promise<void> {
  // The next who verifies it should find what this one found.
  stage.administrator.reset();
  const page = await openPage(stage, pagePort);
  try {
    say(`
Open ${page.url} in a browser, to do the same by hand: as kim or as lee, with credentials of simulated clouds or
your own. The simulated accounts are as they were before. Interrupt (Ctrl+C) to end.`);
    await interrupted();
  } finally {
    await page.close();
  }
}

/** Where the page stays open; undefined where none is wanted. */
const pagePort = process.argv.includes('--once') ? undefined : await choosePort(3_000);

say('Starting Redis, the bot, its worker, a local Slack and simulated clouds …');
const stage = await setStage();
try {
  const isRight = await act(stage);
  process.exitCode = isRight ? 0 : 1;
  if (isRight && pagePort !== undefined) await stayOpen(stage, pagePort);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await stage.close();
}
