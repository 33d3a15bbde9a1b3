import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readMessage, type View } from '../../simulations/slack/person.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { channel } from '../../simulations/teams/person.ts';
import { tenantId } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';
import { vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { createHeldFolder, createHolder } from '../support/holder.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { everythingIn } from '../support/redis-content.ts';
import {
  addConnection,
  awsValues,
  formValues,
  idle,
  openForm,
  rootNow,
  rootWith,
  threadOf,
} from '../support/scenario.ts';

// A second worker holds credentials in files; the bot, its own worker and everybody in chat know them by their names alone.

let redis: Awaited<ReturnType<typeof startRedisChild>>;
let bot: TestBot;
let folder: Awaited<ReturnType<typeof createHeldFolder>>;
const holder = createHolder(
  () => bot,
  () => redis.url,
  () => folder.path,
);
beforeAll(async () => {
  [redis, folder] = await Promise.all([startRedisChild(), createHeldFolder()]);
  bot = await startTestBot({ redisUrl: redis.url });
});
beforeEach(async () => {
  await hold('vc-prod');
  await holder.start();
  await idle(bot);
});
afterAll(async () => {
  await holder.end();
  await bot.close();
  await Promise.all([redis.close(), folder.remove()]);
  expect(bot.workspace.problems).toEqual([]);
});

const workspaceId = () => `slack:${bot.workspace.teamId}`;
const { password = '' } = vsphereCredential('full', 443);

/** What is in a file, all of it: the place and the certificate too. */
function content(user = 'full', workspaces = [workspaceId()]) {
  const { port, fingerprint: certificateSha256 } = bot.vsphere;
  return {
    provider: 'vsphere',
    workspaces,
    credential: vsphereCredential(user, port, { certificateSha256 }),
  };
}
const hold = (name: string, ...given: Parameters<typeof content>) =>
  folder.put(`${name}.yaml`, content(...given));

/** The names that the form offers, once somebody has chosen that the worker holds it. */
async function offered(provider = 'vsphere'): Promise<{ view: View; names: string[] } | undefined> {
  const first = await openForm(bot, `connection add ${provider}`);
  if (!JSON.stringify(first.blocks).includes('The worker holds it')) return undefined;
  const view = await bot.person.choose(first, `${provider}.authentication`, 'held');
  const block = view.blocks.find(({ block_id }) => block_id === `${provider}.held`);
  // They may be gone between two looks.
  if (!block) return undefined;
  const groups = JSON.stringify(block).matchAll(/"value":"([^"]+)"/g);
  return { view, names: [...new Set([...groups].map(([, name = '']) => name))] };
}

async function add(name: string, held: string): Promise<void> {
  const { view } = await until(`the offer of ${held}`, async () => {
    const seen = await offered();
    return seen?.names.includes(held) ? seen : undefined;
  });
  const values = { name, 'vsphere.authentication': 'held', 'vsphere.held': held };
  expect(await bot.person.submit(view, values)).toMatchObject({ text: '' });
}

async function openEdit(name: string): Promise<View> {
  const draws = bot.person.draws();
  await bot.person.type(`connection edit ${name}`);
  return bot.person.viewAfter(draws + 1);
}

/** Asks for a verification once nothing else is under way, which would be the answer. */
async function verifyHeld(): Promise<void> {
  await idle(bot);
  await bot.person.type('connection verify held');
}

describe('a connection whose credential a worker holds', () => {
  it('is chosen by its name, and asks for nothing else', async () => {
    await add('held', 'vc-prod');
    const { view } = (await offered()) ?? {};
    const inputs = view?.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
    expect(inputs).toEqual([
      'type',
      'provider',
      'name',
      'description',
      'tags',
      'vsphere.authentication',
      'vsphere.held',
      'vsphere.profiles',
      'vsphere.profileOptions',
    ]);

    const root = await rootWith(bot, /held can build images: 47 of 47 met/);
    expect(readMessage(root)).toContain('user VSPHERE.LOCAL\\full');
    const said = (await threadOf(bot, root, 1)).map(readMessage).join('\n');
    expect(said).toContain('Signed in with what the worker holds as “vc-prod”.');
    await bot.person.type('connection show held');
    expect(readMessage(await bot.person.nextReply())).toContain(
      'A worker holds its credential as “vc-prod”.',
    );
  });

  it('leaves the password in the process of the worker that has the file', async () => {
    const everything = [
      await everythingIn(bot.redis.patient),
      bot.logs.join('\n'),
      holder.log(),
      JSON.stringify(bot.workspace.calls),
    ].join('\n');
    expect(password.length).toBeGreaterThan(8);
    expect(everything).toContain('vc-prod');
    expect(everything).not.toContain(password);
  });

  it('is verified with what the file holds at the time', async () => {
    await hold('vc-prod', 'partial');
    await verifyHeld();
    const root = await rootWith(bot, /held can no longer build images: 5 privileges/);
    expect(readMessage(root)).toContain('user VSPHERE.LOCAL\\partial');
  });

  it('says so where no worker that is alive holds it, and is verified once one does', async () => {
    await holder.end('SIGKILL');
    await verifyHeld();
    const root = await rootWith(bot, /held could not be verified/);
    expect(readMessage(root)).toContain('no worker that is alive holds “vc-prod” for this workspace');
    expect(readMessage(root)).not.toContain('Replace credential');

    await holder.start();
    await idle(bot);
    await bot.person.click(root, 'verify-again');
    await rootNow(bot, root, /held can build images/);
  });

  it('says what is wrong with a file, and nothing of what is in it', async () => {
    const { credential, ...others } = content();
    const { datastore: _datastore, ...incomplete } = credential;
    await folder.put('vc-prod.yaml', { ...others, credential: incomplete });
    await verifyHeld();
    const first = await rootWith(bot, /held could not be verified.*datastore: Enter the datastore/);
    expect(readMessage(first)).toContain('the worker cannot use what it holds as “vc-prod”');

    await folder.put('vc-prod.yaml', `password: "${password}\n  : [`);
    await idle(bot);
    await bot.person.click(first, 'verify-again');
    const second = await rootNow(bot, first, /line \d+, column \d+ is no YAML/);
    expect(readMessage(second)).not.toContain(password);

    await folder.put('vc-prod.yaml', content(), 0o644);
    await idle(bot);
    await bot.person.click(first, 'verify-again');
    await rootNow(bot, first, /its mode is 644, so others on the machine get at it/);
  });

  it('lets nobody in chat say where the password goes', async () => {
    const credential = vsphereCredential('full', bot.vsphere.port);
    await folder.put('vc-prod.yaml', { ...content(), credential });
    await verifyHeld();
    const root = await rootWith(bot, /held could not be verified.*certificate/);
    await idle(bot);
    const said = [root, ...(await threadOf(bot, root, 1))].map(readMessage).join('\n');
    expect(said).toContain('puts it into the file: certificateSha256: ');
    expect(said).not.toContain('Confirm this certificate');
    expect(said).not.toContain('Choose objects');

    const edit = await openEdit('held');
    const inputs = edit.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
    expect(inputs).toEqual(['name', 'description', 'tags', 'vsphere.profiles', 'vsphere.profileOptions']);
    await bot.person.submit(edit, { name: 'still-held', 'vsphere.host': '192.0.2.1' });
    await rootWith(bot, /still-held could not be verified.*certificate/);
  });
});

describe('the names', () => {
  it('are offered to the workspaces that stand in the file, and to no other', async () => {
    await hold('vc-elsewhere', 'full', ['slack:T0000OTHER']);
    await hold('vc-second', 'partial');
    const { names, view } = await until('both', async () => {
      const seen = await offered();
      return seen?.names.includes('vc-second') ? seen : undefined;
    });
    expect(names).toEqual(['vc-prod', 'vc-second']);

    // A form that was changed on its way asks for what it was not offered.
    const values = { name: 'stolen', 'vsphere.authentication': 'held', 'vsphere.held': 'vc-elsewhere' };
    const answer = await bot.person.submit(view, values);
    expect(JSON.stringify(answer)).toContain('No worker that is alive holds this for your workspace');
    expect(await offered('aws')).toBeUndefined();
  });

  it('are gone with the worker that ended, and so is what one left that was killed', async () => {
    const queues = async () => {
      const keys = await bot.redis.patient.keys('bull:xoap-checks-held-*');
      return [...new Set(keys.map((key) => key.split(':')[1]))];
    };
    await holder.end('SIGKILL');
    expect(await queues()).not.toEqual([]);
    await holder.start();
    // What it said counts for 15 seconds.
    await until('one queue', async () => (await queues()).length === 1, 40_000);

    await holder.end();
    await until('no offer', async () => (await offered()) === undefined);
    expect(await queues()).toEqual([]);
  });
});

it('a connection is moved from its secret to what the worker holds, and the secret is deleted', async () => {
  const values = { name: 'moving', ...formValues('vsphere', content().credential) };
  await addConnection(bot, values, { provider: 'vsphere', verdict: /moving can build/, replies: 1 });
  const view = await until('the offer', async () => {
    const first = await openEdit('moving');
    return JSON.stringify(first.blocks).includes('The worker holds it') ? first : undefined;
  });
  const second = await bot.person.choose(view, 'vsphere.authentication', 'held');
  expect(JSON.stringify(second.blocks)).toContain('It is verified with what the worker holds first.');
  const moved = { name: 'moving', 'vsphere.authentication': 'held', 'vsphere.held': 'vc-prod' };
  expect(await bot.person.submit(second, moved)).toMatchObject({ text: '' });

  await until('the answer', async () =>
    JSON.stringify(bot.workspace.calls).includes('signs in with what the worker holds as “vc-prod” now'),
  );
  await idle(bot);
  bot.person.privately.splice(0);
  await bot.person.type('connection show moving');
  expect(readMessage(await bot.person.nextReply())).toContain('A worker holds its credential as “vc-prod”.');
});

it('a connection that cannot be moved keeps what it had, its certificate and objects too', async () => {
  const values = { name: 'keeping', ...formValues('vsphere', content().credential) };
  await addConnection(bot, values, { provider: 'vsphere', verdict: /keeping can build/, replies: 1 });
  await hold('vc-wrong', 'nobody');
  await until('the offer', async () => (await offered())?.names.includes('vc-wrong'));
  const second = await bot.person.choose(await openEdit('keeping'), 'vsphere.authentication', 'held');
  const wrong = { name: 'keeping', 'vsphere.authentication': 'held', 'vsphere.held': 'vc-wrong' };
  expect(await bot.person.submit(second, wrong)).toMatchObject({ text: '' });
  await rootWith(bot, /The new credential of keeping was not kept/);

  await idle(bot);
  await bot.person.type('connection verify keeping');
  await until('the next verdict', async () => {
    const roots = await bot.workspace.roots(bot.workspace.channelId);
    return roots.filter(({ text }) => /keeping can build images: 47 of 47 met/.test(text)).length > 0;
  });
  await idle(bot);
  bot.person.privately.splice(0);
  await bot.person.type('connection show keeping');
  const shown = readMessage(await bot.person.nextReply());
  expect(shown).toContain('Latest: ✅');
  expect(shown).not.toContain('A worker holds');
});

it('a connection of AWS is moved too, though its region is asked for no more', async () => {
  await addConnection(bot, awsValues('complete', 'aws-moving'), {
    verdict: /aws-moving can build/,
    replies: 1,
  });
  const {
    'aws.region': region,
    'aws.accessKeyId': accessKeyId,
    'aws.secretAccessKey': secretAccessKey,
  } = awsValues('complete');
  const credential = { region, accessKeyId, secretAccessKey };
  await folder.put('aws-prod.json', { provider: 'aws', workspaces: [workspaceId()], credential });
  await until('the offer', async () => (await offered('aws'))?.names.includes('aws-prod'));
  const second = await bot.person.choose(await openEdit('aws-moving'), 'aws.authentication', 'held');
  const moved = { name: 'aws-moving', 'aws.authentication': 'held', 'aws.held': 'aws-prod' };
  expect(await bot.person.submit(second, moved)).toMatchObject({ text: '' });
  await until('the answer', async () =>
    JSON.stringify(bot.workspace.calls).includes('what the worker holds as “aws-prod” now'),
  );
});

it('a holder that was silent for a while keeps its queue', async () => {
  const client = bot.redis.patient;
  const [id = '', said = ''] = Object.entries(await client.hgetall('xoap:held-names'))[0] ?? [];
  const keys = () => client.keys(`bull:xoap-checks-held-${id}:*`);
  expect((await keys()).length).toBeGreaterThan(0);
  await client.hset('xoap:held-names', id, said.replace(/^\d+/, '1'));
  const second = createHolder(
    () => bot,
    () => redis.url,
    () => folder.path,
  );
  await second.start();
  await until('both', async () => (await client.hlen('xoap:held-names')) === 2);
  expect((await keys()).length).toBeGreaterThan(0);
  await second.end();
  await idle(bot);
  await bot.person.type('connection verify moving');
  await idle(bot);
  expect((await rootWith(bot, /moving can build images/)).text).toContain('47 of 47');
});

it('a dialog of Teams offers the same', async () => {
  await hold('vc-teams', 'full', [`teams:${tenantId}`]);
  const person = bot.teamsPerson;
  const decided = { type: 'on-premises', provider: 'vsphere', 'vsphere.authentication': 'held' };
  const second = await until('the name', async () => {
    const first = await person.openExtension(channel);
    const chosen = person.dialogIn(await person.press(first, 'Next', decided), true);
    return JSON.stringify(chosen.card).includes('vc-teams') ? chosen : undefined;
  });
  expect(readCard(second.card)).not.toMatch(/Password|Datacenter|vc-prod/);
  await person.press(second, 'Add and verify', { name: 'held-teams', 'vsphere.held': 'vc-teams' });
  const root = await person.card(/held-teams can build images/);
  const thread = await person.thread(root, 1);
  expect(thread.map(({ card }) => readCard(card)).join('\n')).toContain('holds as “vc-teams”');
});

it('other connections are verified as ever', async () => {
  await addConnection(bot, awsValues('complete', 'keyed'), { verdict: /keyed can build images/, replies: 1 });
});
