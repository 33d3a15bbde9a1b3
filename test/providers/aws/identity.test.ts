import { expect, it } from 'vitest';
import { identityOf } from '../../../src/providers/aws/identity.ts';

it.each([
  ['arn:aws:iam::123456789012:user/xoap', 'user', 'xoap'],
  ['arn:aws:iam::123456789012:user/teams/images/xoap', 'user', 'xoap'],
  ['arn:aws-cn:iam::123456789012:user/xoap', 'user', 'xoap'],
  ['arn:aws:sts::123456789012:assumed-role/ci/i-0123456789abcdef0', 'role', 'ci'],
  ['arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_A_1/kim@example.com', 'role', 'AWSReservedSSO_A_1'],
  ['arn:aws:sts::123456789012:federated-user/kim', 'federated-user', 'kim'],
  ['arn:aws:iam::123456789012:root', 'root', 'root'],
  ['arn:aws:iam::123456789012:something/else', 'account', 'something/else'],
])('%s is the %s %s', (Arn, kind, name) => {
  expect(identityOf({ Arn })).toEqual({ id: Arn, kind, name });
});
