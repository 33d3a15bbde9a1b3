import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readMessage } from '../../simulations/slack/person.ts';
import { verifyAgain } from '../../simulations/slack/verify-again.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { until } from '../../simulations/until.ts';
import { providersOf } from '../../src/providers/registry.ts';
import { createToy } from '../fixtures/toy-provider/provider.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { openForm, rootWith, threadOf } from '../support/scenario.ts';

// Two providers that stand in one folder and that nothing else knows: whatever a provider needs of the product, it gets
// by being given to it.

const passphrase = 'planted-passphrase';
const rights = new Set<string>();
const toys = [
  { id: 'hyper-v', label: 'Hyper-V', place: 'host' },
  { id: 'oci2', label: 'OCI 2', place: 'region' },
];

let bot: TestBot;
beforeAll(async () => {
  bot = await startTestBot({
    environment: { XOAP_REPORT_SPREAD_SECONDS: '0' },
    providers: providersOf(toys.map((names) => createToy(names, rights))),
  });
});
beforeEach(() => {
  rights.clear();
  rights.add('Vm.Create');
});
afterAll(async () => {
  await bot.close();
  expect(bot.workspace.problems).toEqual([]);
  expect(JSON.stringify([bot.logs, bot.workspace.calls, bot.tenant.posts])).not.toContain(passphrase);
});

const inputIds = (blocks: readonly Record<string, unknown>[]) =>
  blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);

describe.each(toys)('$label on Slack', ({ id, label, place }) => {
  const name = `${id}-slack`;

  it('is offered, asked for what it declares, and drawn anew where that depends on an answer', async () => {
    const first = await bot.person.choose(await openForm(bot, 'connection add'), 'type', 'on-premises');
    const second = await bot.person.choose(first, 'provider', id);
    expect(inputIds(second.blocks)).toEqual(
      expect.arrayContaining([`${id}.${place}`, `${id}.signIn`, `${id}.passphrase`]),
    );
    expect(inputIds(second.blocks)).not.toContain(`${id}.domain`);

    const third = await bot.person.choose(second, `${id}.signIn`, 'domain', { name });

    expect(inputIds(third.blocks)).toContain(`${id}.domain`);
  });

  it('says beside its fields what is wrong', async () => {
    const view = await openForm(bot, `connection add ${id}`);
    const { body } = await bot.person.submit(view, { name, [`${id}.passphrase`]: 'short' });
    expect(body.errors).toEqual({
      [`${id}.${place}`]: 'Enter where it is.',
      [`${id}.passphrase`]: 'A passphrase has 8 characters or more.',
    });
  });

  it('is verified, told in a thread, and verified again', async () => {
    const view = await openForm(bot, `connection add ${id}`);
    await bot.person.submit(view, {
      name,
      [`${id}.${place}`]: 'place-1',
      [`${id}.passphrase`]: passphrase,
    });

    const root = await rootWith(bot, `${name} cannot build images`);
    const thread = (await threadOf(bot, root, 3)).map(readMessage);
    expect(thread[1]).toContain('Export machines Vm.Export');
    expect(thread[1]).toContain(`${label} answered No to a question (no access control list allows it).`);
    expect(thread[0]).toContain('toy grant Vm.Export');

    rights.add('Vm.Export');
    const ready = await verifyAgain(bot.person, root, async () => {
      const posts = await bot.workspace.roots(bot.workspace.channelId);
      return posts.find(({ ts, text }) => ts === root.ts && text.includes(`${name} can build images`));
    });
    expect(ready.text).toContain('fixed since');
  });

  it('is in a report', async () => {
    await bot.person.type('report now');
    const root = await until('the report', async () => {
      const posts = await bot.workspace.roots(bot.workspace.channelId);
      return posts.find((post) => post.text.startsWith('❌ Report') && readMessage(post).includes(name));
    });
    expect(readMessage(root)).toMatch(new RegExp(`${name}.*${label} · place-1`, 's'));
  });
});

describe.each(toys)('$label on Teams', ({ id, label, place }) => {
  const name = `${id}-teams`;
  const decided = { type: 'on-premises', provider: id };

  it('is added, verified, told in a thread, verified again, and in a report', async () => {
    const person = bot.teamsPerson;
    const first = await person.openExtension();
    const second = person.dialogIn(await person.press(first, 'Next', decided), true);
    expect(readCard(second.card)).toContain('<Passphrase>');
    await person.press(second, 'Add and verify', {
      name,
      [`${id}.${place}`]: 'place-2',
      [`${id}.passphrase`]: passphrase,
    });

    const root = await person.card(new RegExp(`${name} cannot build images`));
    const [fix, missing] = (await person.thread(root, 3)).map(({ card }) => readCard(card));
    expect(missing).toContain('Vm.Export');
    expect(fix).toContain('toy grant Vm.Export');

    rights.add('Vm.Export');
    await until('the end of the job', async () => {
      const { body } = await person.click(root, 'Verify again');
      return JSON.stringify(body).includes('Verifying.');
    });
    await person.card(new RegExp(`${name} can build images`));

    await person.type('report now');
    const report = await until('the report', () =>
      bot.tenant.posts.find(({ card }) => {
        const text = readCard(card);
        return text.includes('Report — ') && text.includes(name) && text.includes(`${label} · place-2`);
      }),
    );
    expect(readCard(report.card)).toContain('✅ ready');
  });
});
