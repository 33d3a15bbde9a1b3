import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCipher } from '../../src/connections/cipher.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const binding = { workspaceId: 'slack:T1', connectionId: 'c-1' };
const value = { secretAccessKey: 'planted-secret' };

describe('the cipher', () => {
  it('opens what it sealed, and shows nothing of it', async () => {
    const cipher = createCipher([first]);

    const sealed = await cipher.seal(value, binding);

    expect(await cipher.open(sealed, binding)).toEqual(value);
    expect(Buffer.from(sealed, 'base64url').toString()).not.toContain('planted');
    expect(sealed).not.toBe(await cipher.seal(value, binding));
  });

  it.each([
    ['another workspace', { ...binding, workspaceId: 'slack:T2' }],
    ['another connection', { ...binding, connectionId: 'c-2' }],
  ])('refuses a value moved to %s', async (_where, elsewhere) => {
    const cipher = createCipher([first]);
    const sealed = await cipher.seal(value, binding);

    await expect(cipher.open(sealed, elsewhere)).rejects.toMatchObject({
      code: 'connections.sealed-value-invalid',
    });
  });

  it('refuses a value whose binding was rewritten', async () => {
    const cipher = createCipher([first]);
    const [header = '', ...rest] = (await cipher.seal(value, binding)).split('.');
    const forged = JSON.parse(Buffer.from(header, 'base64url').toString());
    forged.ctx = JSON.stringify(['slack:T2', 'c-1']);
    const moved = [Buffer.from(JSON.stringify(forged)).toString('base64url'), ...rest].join('.');

    await expect(cipher.open(moved, { ...binding, workspaceId: 'slack:T2' })).rejects.toMatchObject({
      code: 'connections.sealed-value-invalid',
    });
  });

  it.each(['', 'nonsense', 'a.b.c.d.e'])('refuses %j', async (text) => {
    await expect(createCipher([first]).open(text, binding)).rejects.toMatchObject({
      code: 'connections.sealed-value-invalid',
    });
  });

  it('opens with an older key and seals with the first', async () => {
    const sealed = await createCipher([first]).seal(value, binding);
    const rotated = createCipher([second, first]);

    expect(await rotated.open(sealed, binding)).toEqual(value);
    await expect(
      createCipher([first]).open(await rotated.seal(value, binding), binding),
    ).rejects.toMatchObject({
      code: 'connections.key-missing',
    });
  });
});
