import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSlackPerson, readMessage } from '../../simulations/slack/person.ts';
import { passwordOf, vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { addConnection, formValues, openForm, rootWith } from '../support/scenario.ts';

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot();
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect([...bot.vsphere.sessions.values()]).toEqual([]);
});

function values(name: string, user: string, more: Record<string, string> = {}) {
  const { port, fingerprint: certificateSha256 } = bot.vsphere;
  return { name, ...formValues('vsphere', vsphereCredential(user, port, { certificateSha256, ...more })) };
}

describe('the thread for a vCenter', () => {
  it.each<[string, string, Record<string, string>, string[], RegExp, number, RegExp]>([
    ['the full role', 'full', {}, [], /can build images: 47 of 47 met/, 1, /47 granted/],
    ['a role that a group gives', 'ingroup', {}, [], /can build images/, 1, /47 granted/],
    [
      'five privileges missing',
      'partial',
      {},
      [],
      /5 privileges are missing/,
      4,
      /VM folder \/DC1\/vm\/Templates[\s\S]*Change CPU count VirtualMachine\.Config\.CPUCount[\s\S]*Datastore \/DC1\/datastore\/ds-images/,
    ],
    [
      'no role on the datastore',
      'nodatastore',
      {},
      [],
      /6 privileges are missing on Datastore ds-images/,
      3,
      /Either the name is wrong, or the account has no permission/,
    ],
    [
      'a virtual TPM wanted',
      'full',
      {},
      ['vtpm'],
      /Cryptographer\.Access and Cryptographer\.Encrypt are missing on VM folder/,
      4,
      /Cryptographer\.Encrypt/,
    ],
    [
      'a content library wanted',
      'full',
      {},
      ['content-library'],
      /2 of 49 could not be told/,
      2,
      /Access Control › Global Permissions/,
    ],
    [
      'a wrong password',
      'full',
      { password: 'planted-wrong' },
      [],
      /does not accept this user and password/,
      1,
      /tried once/,
    ],
    [
      'an unknown certificate',
      'full',
      { certificateSha256: '' },
      [],
      /not signed by an authority/,
      1,
      /Its SHA-256 is [0-9A-F:]{95}/,
    ],
  ])('with %s says why and what to do', async (what, user, more, options, root, replies, thread) => {
    const answer = await addConnection(
      bot,
      { ...values(`vc ${what}`, user, more), 'vsphere.profileOptions': options },
      { provider: 'vsphere', verdict: new RegExp(`^\\S+ vc ${what} .*: `), replies },
    );

    expect(readMessage(answer.root)).toMatch(root);
    expect(answer.thread.map(readMessage).join('\n')).toMatch(thread);
    expect(answer.thread).toHaveLength(replies);
  });

  it('asks the password of a vCenter once for each verification', () => {
    expect(bot.vsphere.logins.get('full@vsphere.local')).toBe(4);
  });
});

describe('a certificate of no known authority', () => {
  it('is shown, confirmed with a click by whoever may, and pinned', async () => {
    const { root, thread } = await addConnection(bot, values('pinning', 'full', { certificateSha256: '' }), {
      provider: 'vsphere',
      verdict: /pinning could not be verified/,
      replies: 1,
    });
    expect(readMessage(root)).toContain('[Confirm this certificate] [Verify again]');
    expect(thread.map(readMessage).join()).toContain(bot.vsphere.fingerprint);

    const lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });
    await lee.click(root, 'confirm');
    expect((await lee.nextReply()).text).toContain('may change it');
    await lee.close();

    const forged = JSON.stringify({
      id: JSON.parse(buttonValue(root.blocks)).id,
      confirm: { certificateSha256: 'AA' },
    });
    await bot.person.click(root, 'confirm', forged);
    expect((await bot.person.nextReply()).text).toContain('is not what you saw any more');

    await bot.person.click(root, 'confirm');
    const green = await rootWith(bot, /pinning can build images/);
    expect(green.ts).toBe(root.ts);
  });
});

describe('objects', () => {
  it('can be left open, and chosen from what the account sees', async () => {
    const open = {
      'vsphere.datacenter': '',
      'vsphere.datastore': '',
      'vsphere.network': '',
      'vsphere.folder': '',
    };
    const { root } = await addConnection(
      bot,
      { ...values('choosing', 'full'), ...open },
      { provider: 'vsphere', verdict: /choosing may be able to build images/, replies: 2 },
    );
    expect(readMessage(root)).toMatch(/\[Choose objects…\] \[Verify again\]/);

    const draws = bot.person.draws();
    await bot.person.click(root, 'choose-objects');
    const view = await bot.person.viewAfter(draws + 1);
    expect(view.title.text).toBe('Choose objects');
    const option = (field: string, path: string) => {
      const block = view.blocks.find(({ block_id }) => block_id === `vsphere.${field}`);
      const { options = [] } = (block?.element ?? {}) as {
        options?: { value: string; text: { text: string } }[];
      };
      return options.find(({ text }) => text.text === path)?.value ?? '';
    };
    expect(option('datastore', '/DC1/datastore/ds-images')).not.toBe('');

    const { text } = await bot.person.submit(view, {
      'vsphere.folder': option('folder', '/DC1/vm/Templates'),
      'vsphere.network': option('network', '/DC1/network/VM Network'),
    });
    expect(text).toBe('');
    const green = await rootWith(bot, /choosing can build images: 47 of 47 met/);
    expect(green.ts).toBe(root.ts);
  });

  it('may be chosen by whoever may change the connection only', async () => {
    const root = await rootWith(bot, /choosing can build images/);
    const lee = await createSlackPerson(bot.workspace, bot.botUrl, { userId: bot.workspace.people.lee });

    await lee.click(root, 'choose-objects');

    expect((await lee.nextReply()).text).toContain('may change it');
    await lee.close();
  });
});

/** What the button to confirm carries. */
function buttonValue(blocks: readonly Record<string, unknown>[]): string {
  const buttons = blocks.flatMap(({ elements = [] }) => elements as { action_id?: string; value?: string }[]);
  return buttons.find(({ action_id }) => action_id === 'confirm')?.value ?? '';
}

describe('a host that the operator does not allow', () => {
  it.each(['169.254.169.254', 'localhost', '2130706433', '[::ffff:127.0.0.1]', 'vcenter.example.com'])(
    '%s is refused beside its field, and nothing is stored',
    async (host) => {
      const view = await openForm(bot, 'connection add vsphere');
      const { body } = await bot.person.submit(view, values('refused', 'full', { host, port: '443' }));

      expect(Object.keys(body.errors as object)).toEqual(['vsphere.host']);
      await bot.person.type('connection list refused');
      expect((await bot.person.nextReply()).text).toContain('No connection has a name');
    },
  );
});

it('keeps the password out of messages, logs and Redis', async () => {
  const dumps = await Promise.all(
    (await bot.redis.prompt.keys('*')).map(async (key) => String(await bot.redis.prompt.dump(key))),
  );
  for (const text of [bot.logs.join(''), JSON.stringify(bot.workspace.calls), dumps.join('')]) {
    expect(text.includes(passwordOf('full'))).toBe(false);
    expect(text.includes('planted-wrong')).toBe(false);
  }
});
