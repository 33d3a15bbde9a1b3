import { describe, expect, it } from 'vitest';
import { Explanation } from '../../src/explain/explanation.ts';
import { runXoap } from '../support/xoap.ts';

const log =
  'Error creating AMI: api error UnauthorizedOperation: User: arn:aws:iam::123456789012:user/builder is not authorized to perform: ec2:CreateImage on resource: * because no identity-based policy allows the ec2:CreateImage action';

describe('xoap explain', () => {
  it('says what is missing, who lacks it, what refused and what to do', async () => {
    const { output, status } = await runXoap(['explain'], log);
    expect(status).toBe(0);
    expect(output).toContain('A permission — AWS refused ec2:CreateImage.');
    expect(output).toMatch(/^ {2}who +arn:aws:iam::123456789012:user\/builder$/m);
    expect(output).toMatch(/^ {2}refused by +identity-based policy$/m);
    expect(output).toContain('aws iam put-user-policy');
  });

  it('writes the same as JSON', async () => {
    const { output } = await runXoap(['explain', '--json'], log);
    expect(Explanation.parse(JSON.parse(output)).requirements).toEqual(['ec2:CreateImage']);
  });

  it('ends with 2 where it cannot be told, and looks at one provider where it is told to', async () => {
    const { output, status } = await runXoap(['explain', '--provider', 'google'], log);
    expect(status).toBe(2);
    expect(output).toContain('It cannot be told');
  });

  it.each([
    [['explain'], '', 'Nothing came on standard input.'],
    [['explain', '--provider', 'ibm'], log, 'Allowed choices are aws, azure, google, vsphere'],
  ])('%j says what is wrong', async (args, input, words) => {
    const { errors, status } = await runXoap(args, input);
    expect([status, errors]).toEqual([64, expect.stringContaining(words)]);
  });

  it('never shows a secret that stood in the text, and says that it did', async () => {
    const secret = 'wJalrFAKEFAKEFAKEK7MDENGbPxRfiCYEXAMPLEKEY';
    const { output, errors } = await runXoap(['explain'], `AWS_SECRET_ACCESS_KEY=${secret}\n${log}`);
    expect(output + errors).not.toContain(secret);
    expect(output).toContain('looks like a secret');
  });
});
