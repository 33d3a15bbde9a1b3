import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readMessage } from '../../simulations/slack/person.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { runXoap } from '../support/xoap.ts';

// Roles in the operator's file, which wins over chat; and what the command line says of a file.

let bot: TestBot;
let folder: string;
const write = async (text: string) => {
  const path = join(folder, 'access.yaml');
  await writeFile(path, text);
  return path;
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'xoap-access-'));
  // All workspaces of the local Slack have one id.
  bot = await startTestBot({
    environment: {
      XOAP_ACCESS_FILE: await write('workspaces:\n  - id: slack:T000000001\n    everyone: viewer\n'),
    },
  });
});
afterAll(async () => {
  await bot.close();
  await rm(folder, { recursive: true });
});

it('a role in the file counts, and nothing that chat says against it', async () => {
  expect(`slack:${bot.workspace.teamId}`).toBe('slack:T000000001');
  await bot.redis.prompt.hset(
    'xoap:{slack:T000000001}:access',
    `person:${bot.person.userId}`,
    JSON.stringify({ kind: 'person', id: bot.person.userId, role: 'admin', by: 'U1', at: '2026', v: 0 }),
  );
  await bot.redis.prompt.incr('xoap:access-version');
  await bot.person.type('connection add aws');
  expect(readMessage(await bot.person.nextReply())).toContain(
    'takes the role operator; here you are a viewer',
  );
});

it('xoap config check says each mistake with its place, and ends with 1', async () => {
  const path = await write(
    'workspaces:\n  - id: slack:T1\n    roles:\n      - role: boss\n        people: [kim]\n',
  );
  const { output, status } = await runXoap(['config', 'check', path], '');
  expect(output).toBe(`${path}:4:15: role must be one of: viewer, operator, admin\n`);
  expect(status).toBe(1);
  const good = await runXoap(['config', 'check', await write('workspaces: []\n')], '');
  expect([good.status, good.output]).toEqual([0, `${path}: nothing is wrong with it\n`]);
  const none = await runXoap(['config', 'check', join(folder, 'nowhere.yaml')], '');
  expect([none.status, none.errors]).toEqual([64, expect.stringContaining('cannot be read')]);
});
