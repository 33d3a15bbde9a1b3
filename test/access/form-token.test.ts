import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createFormTokens } from '../../src/access/form-token.ts';

const [first, second] = [randomBytes(32), randomBytes(32)];
const holder = { workspaceId: 'slack:T1', userId: 'U1' };
const value = { conversationId: 'C1' };

describe('form tokens', () => {
  const formTokens = createFormTokens([first]);
  const token = formTokens.sign(value, holder);

  it('reads what it signed', () => {
    expect(formTokens.verify(token, holder)).toEqual(value);
  });

  it('verifies with an older key and signs with the first', () => {
    const rotated = createFormTokens([second, first]);

    expect(rotated.verify(token, holder)).toEqual(value);
    expect(() => formTokens.verify(rotated.sign(value, holder), holder)).toThrow('There is no such form');
  });

  const [payload = '', signature = ''] = token.split('.');
  const other = Buffer.from('{"conversationId":"C2"}').toString('base64url');
  it.each([
    ['of another person', token, { ...holder, userId: 'U2' }],
    ['of another workspace', token, { ...holder, workspaceId: 'slack:T2' }],
    ['with another value', `${other}.${signature}`, holder],
    ['without a signature', payload, holder],
    ['with a cut signature', token.slice(0, -4), holder],
    ['that is empty', '', holder],
  ])('finds no form for a token %s', (_what, forged, asker) => {
    expect(() => formTokens.verify(forged, asker)).toThrow('There is no such form');
  });
});
