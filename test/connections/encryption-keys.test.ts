import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadEncryptionKeys } from '../../src/connections/encryption-keys.ts';

let dataDirectory: string;
beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'xoap-keys-'));
});
afterAll(() => rm(dataDirectory, { recursive: true }));

it('generates one key that only its owner can read, and the same one for processes that start together', async () => {
  const load = () => loadEncryptionKeys({ configured: [], dataDirectory });

  const [one, other] = await Promise.all([load(), load()]);
  const again = await load();

  expect(one).toEqual(other);
  expect(again).toEqual(one);
  expect(one[0]).toHaveLength(32);
  expect((await stat(join(dataDirectory, 'key'))).mode & 0o777).toBe(0o600);
});

it('takes the configured keys in their order', async () => {
  const keys = [randomBytes(32), randomBytes(32)];
  const configured = keys.map((key) => key.toString('base64'));

  expect(await loadEncryptionKeys({ configured, dataDirectory: '/nowhere' })).toEqual(keys);
});
