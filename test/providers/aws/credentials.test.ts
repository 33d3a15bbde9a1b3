import { describe, expect, it } from 'vitest';
import { parse } from '../../../src/providers/aws/credentials.ts';
import { guide } from '../../../src/providers/aws/guide.ts';

const secret = 'fake/secret/'.padEnd(40, 'x');
const good = { region: 'eu-central-1', accessKeyId: 'AKIAFAKEFAKEFAKEFAKE', secretAccessKey: secret };

function problemsOf(values: Record<string, unknown>): Readonly<Record<string, string>> {
  const parsed = parse(values);
  return parsed.ok ? {} : parsed.problems;
}

describe('the AWS credential form', () => {
  it('accepts a long-lived key and keeps the region as the target', () => {
    expect(parse(good)).toEqual({
      ok: true,
      credential: { ...good, authentication: 'access-key' },
      target: { region: 'eu-central-1' },
    });
  });

  it('drops what copying left at the ends', () => {
    expect(
      parse({ ...good, accessKeyId: ' AKIAFAKEFAKEFAKEFAKE\n', secretAccessKey: `\u200b${secret}\t` }),
    ).toMatchObject({
      credential: good,
    });
  });

  it('takes a blank session token for none', () => {
    expect(parse({ ...good, sessionToken: '  ' })).toMatchObject({
      ok: true,
      credential: { ...good, authentication: 'access-key' },
    });
  });

  it.each([
    ['accessKeyId', { accessKeyId: '' }, 'Enter the access key id'],
    ['accessKeyId', { accessKeyId: 'AKIAFAKE' }, 'this one has 8'],
    ['accessKeyId', { accessKeyId: 'AIDAFAKEFAKEFAKEFAKE' }, 'id of a user, role'],
    ['accessKeyId', { accessKeyId: secret }, 'looks like a secret access key'],
    ['accessKeyId', { accessKeyId: 'akiafakefakefakefake' }, 'capital letters'],
    ['secretAccessKey', { secretAccessKey: '   ' }, 'Enter the secret'],
    ['secretAccessKey', { secretAccessKey: secret.slice(0, 31) }, 'this one has 31, so it was cut off'],
    ['secretAccessKey', { secretAccessKey: `${secret}xx` }, 'this one has 42, so it has something added'],
    ['secretAccessKey', { secretAccessKey: good.accessKeyId }, 'This is an access key id'],
    ['secretAccessKey', { secretAccessKey: `"${secret}"` }, 'Something else was pasted'],
    ['region', { region: 'eu-central-9' }, 'There is no such region'],
    ['region', { region: undefined }, 'Choose a region'],
    ['sessionToken', { accessKeyId: 'ASIAFAKEFAKEFAKEFAKE' }, 'works only with its session token'],
    ['sessionToken', { sessionToken: 'fake-session-token' }, 'has no session token'],
    ['sessionToken', { accessKeyId: 'ASIAFAKEFAKEFAKEFAKE', sessionToken: 'none' }, 'is no session token'],
    ['authentication', { authentication: 'magic' }, 'Choose one of'],
    ['roleArn', { authentication: 'assume-role' }, 'Enter the ARN of the role'],
    ['roleArn', { authentication: 'assume-role', roleArn: 'xoap-build' }, 'looks like arn:aws:iam'],
    ['roleArn', { roleArn: 'arn:aws:iam::123456789012:role/x' }, 'only with another way to sign in'],
    [
      'externalId',
      { authentication: 'assume-role-cross-account', roleArn: 'arn:aws:iam::123456789012:role/x' },
      'Enter the External ID',
    ],
    [
      'externalId',
      { authentication: 'assume-role', roleArn: 'arn:aws:iam::123456789012:role/x', externalId: 'xoap-1' },
      'belongs to the authentication',
    ],
    [
      'externalId',
      {
        authentication: 'assume-role-cross-account',
        roleArn: 'arn:aws:iam::123456789012:role/x',
        externalId: 'a b',
      },
      'has 2 to 1,224',
    ],
    ['secretKey', { secretKey: 'x' }, 'There is no field "secretKey"'],
  ])('says beside %s what is wrong: %j', (field, values, sentence) => {
    expect(problemsOf({ ...good, ...values })[field]).toContain(sentence);
  });

  it('never repeats a secret in a sentence', () => {
    const wrong = { accessKeyId: 'planted-one', secretAccessKey: 'planted-two', region: 'planted-three' };
    expect(JSON.stringify(problemsOf(wrong))).not.toContain('planted');
  });
});

describe('the trust policy to paste', () => {
  const authentication = 'assume-role-cross-account';

  it.each([
    [undefined, 'arn:aws:iam::ACCOUNT'],
    ['arn:aws-cn:iam::123456789012:role/x', 'arn:aws-cn:iam::ACCOUNT'],
    [' arn:aws-us-gov:iam::123456789012:role/x', 'arn:aws-us-gov:iam::ACCOUNT'],
  ])('for the role %s is in its partition', (roleArn, principal) => {
    const [policy] = guide({ authentication, externalId: 'xoap-1', ...(roleArn && { roleArn }) });
    expect(policy?.text).toContain(principal);
  });

  it('is for roles of other accounts only', () => {
    expect(guide({ authentication: 'assume-role' })).toEqual([]);
  });
});
