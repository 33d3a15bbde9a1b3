import { describe, expect, it } from 'vitest';
import type { AwsAnswer } from '../../../src/providers/aws/answers.ts';
import { readProbe } from '../../../src/providers/aws/read-answers.ts';
import { readRefusal, trimMessage } from '../../../src/providers/aws/refusals.ts';

const region = 'eu-central-1';
const refused = (message: string): AwsAnswer => ({ kind: 'refused', code: 'UnauthorizedOperation', message });
const who =
  'You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/x is not authorized to perform: ec2:RunInstances on resource: arn:aws:ec2:eu-central-1:123456789012:instance/*';
const blob = 'Encoded authorization failure message: 4GIOHlTkIaWHQD0Q0m6XSnuUMCm-abcdefghijklmn';
const scp = 'arn:aws:organizations::123456789012:policy/o-abc123/service_control_policy/p-def456';
const own = 'arn:aws:iam::123456789012:policy/team/guard';
const quarantine = 'arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3';

describe('a refusal of AWS', () => {
  it.each([
    ['because no identity-based policy allows the ec2:CreateImage action', 'identity-policy', 'implicit'],
    ['with an explicit deny in an identity-based policy', 'identity-policy', 'explicit'],
    ['with an explicit deny in a service control policy', 'service-control-policy', 'explicit'],
    ['because no permissions boundary allows the ec2:CreateImage action', 'permissions-boundary', 'implicit'],
    ['because no session policy allows the ec2:CreateImage action', 'session-policy', 'implicit'],
    ['with an explicit deny in a sessions policy', 'session-policy', 'explicit'],
    ['with an explicit deny in a resource control policy', 'resource-control-policy', 'explicit'],
    ['because no role trust policy allows the sts:AssumeRole action', 'trust-policy', 'implicit'],
    ['because no VPC endpoint policy allows the ec2:CreateImage action', 'endpoint-policy', 'implicit'],
    ['with an explicit deny in a VPC endpoint policy', 'endpoint-policy', 'explicit'],
    [
      'with an explicit deny in a VPC endpoint policy because of a service control policy',
      'endpoint-policy',
      'explicit',
    ],
  ])('names its layer: "%s"', (why, layer, denial) => {
    expect(readRefusal(`${who} ${why}. ${blob}`)).toMatchObject({ layer, denial });
  });

  it.each([
    ['alone', `with an explicit deny in a service control policy: ${scp}`, scp],
    ['before the blob', `with an explicit deny in a service control policy: ${scp}. ${blob}`, scp],
    [
      'before a link and an id',
      `with an explicit deny in an identity-based policy: ${own} https://console.aws.amazon.com/x AuthorizationId: 0a1b-2c`,
      own,
    ],
    ['in other words', `with an explicit deny in an identity-based policy with policy ARN: ${own}.`, own],
    [
      'of AWS itself',
      `with an explicit deny in an identity-based policy: ${quarantine}. ${blob}`,
      quarantine,
    ],
  ])('names its policy %s', (_where, why, policy) => {
    const refusal = readRefusal(`${who} ${why}`);

    expect(refusal).toMatchObject({ policy, denial: 'explicit' });
    expect(refusal.text).toContain(policy);
    expect(refusal.text).not.toContain('4GIOHl');
  });

  it('names nothing that AWS did not name', () => {
    expect(readRefusal('You are not authorized to perform this operation.')).toEqual({
      text: 'You are not authorized to perform this operation.',
    });
    expect(readRefusal(`${who} because no identity-based policy allows it.`).policy).toBeUndefined();
  });

  it('is not misread by the names in it', () => {
    const name = 'arn:aws:sts::123456789012:assumed-role/a/service control policy explicit deny';
    const text = `User: ${name} is not authorized to perform: ec2:X because no identity-based policy allows the ec2:X action`;

    expect(readRefusal(text)).toMatchObject({ layer: 'identity-policy', denial: 'implicit' });
  });

  it.each([
    ['  It   is\nso.  ', 'It is so.'],
    ['It is so. Encoded authorization failure message: abc', 'It is so.'],
    ['It is so. Encoded authorization failure message:  abc', 'It is so.'],
    ['It is so.Encoded authorization failure message: abc More.', 'It is so. More.'],
  ])('%j reads %j', (message, text) => {
    expect(readRefusal(message).text).toBe(text);
  });

  it('names no policy where it gives no reason', () => {
    const message = 'The policy arn:aws:iam::123456789012:policy/x cannot be read.';
    expect(readRefusal(message)).toEqual({ text: message });
  });

  it('keeps a reason of just the length that is borne', () => {
    const start = 'because no identity-based policy allows the ec2:CreateImage action ';
    const reason = start.padEnd(220, 'r');
    expect(trimMessage(`${'y'.repeat(200)} ${reason}`)).toBe(`${'y'.repeat(78)}… ${reason}`);
    expect(trimMessage(`${'y'.repeat(79)} ${reason}r`)).toBe(`${'y'.repeat(79)} ${reason.slice(0, 219)}…`);
  });

  it('of just the length that is borne stays whole', () => {
    expect(trimMessage('x'.repeat(300))).toBe('x'.repeat(300));
    const reason = ' because no identity-based policy allows the ec2:CreateImage action';
    const long = `${'y'.repeat(300 - reason.length)}${reason}`;
    expect(trimMessage(long)).toBe(long);
    expect(trimMessage('x'.repeat(301))).toBe(`${'x'.repeat(299)}…`);
  });

  it('is cut in its middle, never in its reason', () => {
    const why = `with an explicit deny in a service control policy: ${scp}`;
    const text = trimMessage(`User: ${'x'.repeat(400)} is not authorized ${why}`);

    expect(text.length).toBeLessThanOrEqual(300);
    expect(text).toMatch(/^User: xxx/);
    expect(text.endsWith(why)).toBe(true);
    expect(trimMessage('x'.repeat(1_000))).toHaveLength(300);
    expect(trimMessage(`because no ${'y'.repeat(1_000)}`).length).toBeLessThanOrEqual(300);
  });
});

describe('a dry run that is refused', () => {
  it('says that single resources may still be allowed', () => {
    const told = readProbe(refused(`${who} because no identity-based policy allows it. ${blob}`), region);

    expect(told.state).toBe('missing');
    expect(told.evidence.caveat).toContain('may still be granted on single resources');
  });

  it.each([
    'because no VPC endpoint policy allows the ec2:RunInstances action',
    'with an explicit deny in a VPC endpoint policy',
    'with an explicit deny in a VPC endpoint policy because of a service control policy',
  ])('in the network of this bot tells nothing of builds: %s', (why) => {
    const told = readProbe(refused(`${who} ${why}. ${blob}`), region);

    expect(told).toMatchObject({ state: 'inconclusive', layer: 'endpoint-policy' });
    expect(told.evidence.text).toContain('AWS was reached through');
  });

  it('by a quarantine leaves nothing open', () => {
    const why = `with an explicit deny in an identity-based policy: ${quarantine}.`;
    const told = readProbe(refused(`${who} ${why}`), region);

    expect(told).toMatchObject({ state: 'missing', policy: quarantine });
    expect(told.evidence.caveat).toBeUndefined();
  });
});
