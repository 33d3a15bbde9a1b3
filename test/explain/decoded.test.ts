import { describe, expect, it } from 'vitest';
import { explainLog } from '../../src/explain/explain.ts';
import { loadProviders } from '../../src/providers/registry.ts';

// What AWS says once its message is decoded, as people paste it and as Packer prints it.

const { all } = await loadProviders();
const role = 'arn:aws:iam::123456789012:role/build';
const message = (more: Record<string, unknown> = {}, context: Record<string, unknown> = {}) => ({
  allowed: false,
  explicitDeny: false,
  matchedStatements: { items: [] },
  failures: { items: [] },
  context: {
    principal: { id: 'AIDAFAKE', name: 'x', arn: 'arn:aws:iam::123456789012:user/xoap-packer' },
    action: 'iam:PassRole',
    resource: role,
    conditions: { items: [{ key: 'aws:Account', values: { items: [{ value: '{"' }] } }] },
    ...context,
  },
  ...more,
});
const refusal = 'UnauthorizedOperation: You are not authorized to perform this operation.';
const isPassRole = {
  kind: 'permission',
  requirements: ['iam:PassRole'],
  principal: 'arn:aws:iam::123456789012:user/xoap-packer',
  resource: role,
  layer: null,
  target: { account: '123456789012' },
};

describe('a decoded message', () => {
  it.each([
    [
      'of Packer',
      `Error launching source instance: ${refusal} Authorization failure message: '${JSON.stringify(message())}'`,
    ],
    ['of the command line', JSON.stringify({ DecodedMessage: JSON.stringify(message()) })],
    ['in many lines', JSON.stringify(message(), null, 4)],
    ['with text around it', `see ${JSON.stringify(message())} there`],
  ])('%s names what was refused, whom, and on what', (_what, log) => {
    expect(explainLog(log, all)).toMatchObject(isPassRole);
  });

  it('that a statement forbids has no fix that allows', () => {
    const matchedStatements = { items: [{ statementId: 'NoRoles', effect: 'DENY' }] };
    const { text, remediation } = explainLog(
      JSON.stringify(message({ explicitDeny: true, matchedStatements })),
      all,
    );
    expect(text).toContain('a statement of a policy (NoRoles) forbids it');
    expect(JSON.stringify(remediation)).not.toContain('put-user-policy');
  });

  it.each([
    ['cut off within its action', JSON.stringify(message()).split('PassRole')[0] ?? ''],
    ['of a call that was allowed', JSON.stringify(message({ allowed: true }))],
    ['of something else', '{"allowed":false,"reason":"quota"}'],
    ['with an action that is none', JSON.stringify(message({}, { action: '$(rm -rf /)' }))],
  ])('%s names nothing', (_what, log) => {
    expect(explainLog(log, all).requirements).toEqual([]);
  });
});
