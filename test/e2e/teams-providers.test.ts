import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { azureCredential, createForRbacOutput } from '../../simulations/azure/demo-accounts.ts';
import { keyFileOf } from '../../simulations/google/demo-accounts.ts';
import { readCard } from '../../simulations/teams/card-checker.ts';
import { channel, type TeamsPerson } from '../../simulations/teams/person.ts';
import { vsphereCredential } from '../../simulations/vsphere/demo-accounts.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { formValues } from '../support/scenario.ts';

let bot: TestBot;
let person: TeamsPerson;
beforeAll(async () => {
  bot = await startTestBot();
  person = bot.teamsPerson;
});
afterAll(async () => {
  await bot.close();
  expect(bot.tenant.problems).toEqual([]);
});

async function add(decided: Record<string, string>, values: Record<string, unknown>) {
  const first = await person.openExtension(channel);
  const second = person.dialogIn(await person.press(first, 'Next', decided), true);
  return { card: second.card, answer: await person.press(second, 'Add and verify', values) };
}

describe('Azure in Teams', () => {
  it('takes all that the command printed in one field, and says what the role lacks', async () => {
    const pasted = createForRbacOutput('reader').replaceAll('\n', '');

    const { subscriptionId } = azureCredential('reader');

    await add(
      { type: 'cloud', provider: 'azure', 'azure.entry': 'output' },
      { name: 'from-output', 'azure.subscriptionId': subscriptionId, 'azure.output': pasted },
    );

    const root = await person.card(/from-output cannot build images/);
    const thread = await person.thread(root, 4);
    expect(readCard(root.card)).toContain('role Contributor is missing (it holds Reader)');
    expect(readCard(thread[1]?.card ?? {})).toContain('Missing (31, and 1 optional)');
    expect(readCard(root.card)).toContain(
      '[Verify again] [Verify again in 5 minutes] [Accept…] [Show all checks]',
    );
    expect(thread.map(({ card }) => readCard(card)).join('\n')).toContain('az role assignment create');

    await person.click(root, 'Verify again in 5 minutes');
    const planned = await person.card(/^from-output will be verified again at /);
    expect(readCard(planned.card)).toMatch(/again at .*\.\n\[Cancel\]$/);
    await person.click(planned, 'Cancel');
    await person.card(/^from-output will not be verified again by itself\.$/);
  });
});

describe('Google Cloud in Teams', () => {
  it('takes the text of a key file in a masked field, which leaves no line ends', async () => {
    const { card } = await add(
      { type: 'cloud', provider: 'google' },
      { name: 'from-key', 'google.keyFile': keyFileOf('complete').replaceAll(/[\r\n]/g, '') },
    );

    expect(JSON.stringify(card)).toMatch(/"id":"google\.keyFile"[^}]*"style":"Password"/);
    await person.card(/from-key can build images: 38 of 38 met/);
  });

  it('says beside the field that something else was pasted, and keeps nothing of it', async () => {
    const { answer } = await add(
      { type: 'cloud', provider: 'google' },
      { name: 'no-key', 'google.keyFile': '{"type":"authorized_user","refresh_token":"planted-token"}' },
    );

    const again = person.dialogIn(answer, true);
    expect(readCard(again.card)).toMatch(/<[^>]*[Kk]ey[^>]*>\n\S/);
    expect(JSON.stringify(answer.body)).not.toContain('planted-token');
  });
});

describe('vSphere in Teams', () => {
  const values = (name: string, more: Record<string, string> = {}) => ({
    name,
    ...formValues('vsphere', vsphereCredential('full', bot.vsphere.port, more)),
  });

  it('shows a certificate, and pins it with a click', async () => {
    await add({ type: 'on-premises' }, values('pinned', { certificateSha256: '' }));
    const root = await person.card(/pinned could not be verified/);
    await person.thread(root, 1);

    const { body } = await person.click(root, 'Confirm this certificate');

    expect(body.value).toContain('Verifying');
    await person.card(/pinned can build images/);
  });

  it('opens the choice of objects in a dialog, which verifies what was chosen', async () => {
    const { fingerprint: certificateSha256 } = bot.vsphere;
    await add(
      { type: 'on-premises' },
      { ...values('choosing', { certificateSha256 }), 'vsphere.datastore': '' },
    );
    const root = await person.card(/choosing .*: /);

    const dialog = await person.openDialog(root, 'Choose objects…');
    const datastores = (
      dialog.card.body as { id?: string; choices?: { title: string; value: string }[] }[]
    ).find(({ id }) => id === 'vsphere.datastore');
    const chosen = datastores?.choices?.find(({ title }) => title.endsWith('ds-images'));
    const answer = await person.press(dialog, 'Save and verify', { 'vsphere.datastore': chosen?.value });
    const repeated = await person.press(dialog, 'Save and verify', { 'vsphere.datastore': 'nonsense' });

    expect(dialog.title).toBe('Choose objects');
    expect([answer.body, repeated.status]).toEqual([{}, 200]);
    await person.card(/choosing can build images/);
  });
});
