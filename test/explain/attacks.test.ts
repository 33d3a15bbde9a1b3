import { describe, expect, it } from 'vitest';
import { explainLog } from '../../src/explain/explain.ts';
import { withoutSecrets } from '../../src/explain/secrets.ts';
import { loadProviders } from '../../src/providers/registry.ts';

// Logs that were answered wrongly once.

const { all } = await loadProviders();
const explain = (log: string) => explainLog(log, all);
const user = 'arn:aws:iam::123456789012:user/xoap-packer';
const denied = (rest: string) =>
  `Error: api error AccessDenied: User: ${user} is not authorized to perform: ${rest} because no identity-based policy allows it`;
const around = (line: string) => `Preparing\n${line}\nThe job ended with 1.\n`;
const commands = (log: string) =>
  explain(log)
    .remediation.filter(({ format }) => format !== 'text')
    .map(({ text }) => text)
    .join('\n');

describe('a right over rights, or one that nobody documents', () => {
  const role = 'arn:aws:iam::123456789012:role/build';
  it.each([
    ['on everything', denied('sts:AssumeRole on resource: *')],
    ['on a pattern', denied('sts:AssumeRole on resource: arn:aws:iam::123456789012:role/*')],
    ['of IAM on everything', denied('iam:CreatePolicyVersion on resource: *')],
    ['on a thing that has no ARN', denied('iam:AttachRolePolicy on resource: role x')],
    ['that no profile has', denied('secretsmanager:GetSecretValue on resource: *')],
    [
      'over roles of Azure',
      `AuthorizationFailed: The client 'a' with object id '5' does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope '/subscriptions/50000000-0000-4000-8000-000000000001/resourceGroups/a' or the scope is invalid.`,
    ],
    [
      'over policies of Google',
      `googleapi: Error 403: Required 'resourcemanager.projects.setIamPolicy' permission for 'projects/xoap-images', forbidden`,
    ],
  ])('is given by no command: %s', (_what, log) => {
    const { requirements, remediation } = explain(around(log));
    expect(requirements).toHaveLength(1);
    expect(commands(around(log))).toBe('');
    expect(JSON.stringify(remediation)).toContain('on one object');
  });

  it.each([
    ['as it stands', `${role}`],
    ['in a code fence', `${role}\`\`\``],
    ['in JSON that does not begin its line', `${role}"}`],
    ['behind its kind', `role ${role}`],
  ])('is given on the one object that is named: %s', (_what, resource) => {
    const log = around(
      `2026-11-30 error {"msg":"User: ${user} is not authorized to perform: sts:AssumeRole on resource: ${resource}`,
    );
    expect(explain(log).resource).toBe(role);
    const policy = commands(log);
    expect(policy).toContain(`"${role}"`);
    expect(policy).not.toContain('"*"');
  });

  it('is asked of whoever keeps another layer, where that refuses it', () => {
    const log = around(
      `Error: User: ${user} is not authorized to perform: secretsmanager:GetSecretValue on resource: * because no service control policy allows it`,
    );
    expect(explain(log).layer).toBe('service-control-policy');
    expect(JSON.stringify(explain(log).remediation)).toContain('Forward this');
    expect(commands(log)).not.toContain('put-user-policy');
  });

  it('is given on a secret by its ARN, which is no secret', () => {
    const secret = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf';
    const log = around(denied(`secretsmanager:GetSecretValue on resource: ${secret}`));
    expect(explain(log)).toMatchObject({ resource: secret, hadSecrets: false });
    expect(commands(log)).toContain(`"${secret}"`);
  });
});

describe('what looks like a secret', () => {
  const refusal = denied('ec2:CreateImage on resource: *');
  const long = 'FwoGZXIv'.repeat(150);
  it.each([
    ['-var aws_secret_key=wJalrPLANTEDbPxRfiCY'],
    ['https://build:Zm9/PLANTEDcjJ0@artifacts.example.com/x'],
    ['curl -u bob:PLANTED22 https://example.com'],
    ['xapp-1-A000-1234-PLANTED5678'],
    ['password=Abc;PLANTED,123!x'],
    ['x-api-key: PLANTED-9f3a1c77d2'],
    ['https://hooks.slack.com/services/T0/B0/PLANTED'],
    ['glpat-PLANTED1234567890abc'],
    ['passphrase: "two PLANTED words"'],
    ['{"password":"two PLANTED words"}'],
    [String.raw`{"password":"with \"PLANTED words"}`],
    [String.raw`{"log":"{\"client_secret\":\"PLANTED-9f3a1c77d2\"}"}`],
  ])('is taken out: %s', (line) => {
    for (const log of [`${line} ${refusal}`, `${line}\n${refusal}`]) {
      const explanation = explain(around(log));
      expect(JSON.stringify(explanation)).not.toContain('PLANTED');
      expect(explanation.hadSecrets).toBe(true);
    }
  });

  it.each([
    [`AWS_SESSION_TOKEN=${long}PLANTED`],
    [`"aws_session_token": "${long}PLANTED"`],
    [`deploy --token ${long}PLANTED`],
    [`https://example.com/x?X-Amz-Security-Token=${long}${long}PLANTED&x=1`],
    [`Authorization: Bearer ${long}${long}${long}${long}PLANTED`],
    ['-----BEGIN RSA PRIVATE KEY-----\nDEK-Info: AES-128-CBC,AB\n\nPLANTED\n-----END RSA PRIVATE KEY-----'],
  ])('is taken out up to its end: %s', (text) => {
    expect(withoutSecrets(text)).toMatchObject({
      text: expect.not.stringContaining('PLANTED'),
      hadSecrets: true,
    });
  });

  it('is taken out once where its place has two names', () => {
    const line = `X-Amz-Security-Token=${'aB%2F1'.repeat(4)} ${refusal}`;
    expect(explain(around(line)).evidence.join()).toContain('Token=[taken out] ');
    expect(explain(around(`https://example.com/?${line}`)).evidence.join()).not.toContain('out] out]');
  });

  it.each([
    ['oauth2: cannot fetch token: invalid_grant', 'credential'],
    ['failed to get access token: AADSTS7000222: The provided client secret keys are expired', 'credential'],
    [
      'could not refresh token: ExpiredToken: The security token included in the request is expired',
      'credential',
    ],
    ['InvalidAuthenticationToken: Access token has expired', 'credential'],
  ])('is not the code of an error: %s', (line, kind) => {
    expect(explain(around(line))).toMatchObject({ kind, hadSecrets: false });
  });
});

describe('a short paste', () => {
  it.each([
    [
      `Error: User: ${user} is not authorized to perform: iam:PassRole\nstatus code: 403, request id: 8f`,
      'iam:PassRole',
    ],
    [
      `Error: operation: User: ${user} is not authorized to perform: s3:PutObject\nRequest id: 8F`,
      's3:PutObject',
    ],
  ])('is read line by line', (log, id) => {
    expect([[], [id]]).toContainEqual(explain(log).requirements);
    expect(explain(`${log}\nThe job ended.`).requirements).toEqual([id]);
  });
});

describe('a refusal takes nothing of the error behind it', () => {
  const code = 'UnauthorizedOperation: You are not authorized to perform this operation.';
  it('neither its call', () => {
    const log = `* Error creating AMI: operation error EC2: StopInstances, api error ${code}\n* operation error EC2: DescribeVolumes, api error InvalidVolume.NotFound: x`;
    expect(explain(around(log)).requirements).toEqual(['ec2:StopInstances']);
  });

  it('nor what is encoded in it, nor its layer', () => {
    const log = `operation error EC2: StopInstances, api error ${code}\n${'still running\n'.repeat(30)}operation error EC2: TerminateInstances, api error ${code} User: ${user} is not authorized to perform: ec2:TerminateInstances with an explicit deny in a service control policy Encoded authorization failure message: ${'A'.repeat(60)}\n`;
    const { alsoSeen, ...last } = explain(around(log));
    const first = [last, ...alsoSeen].find(({ requirements }) => requirements.includes('ec2:StopInstances'));
    expect(first?.layer).toBeNull();
    const alone = explain(
      around(
        log.replace(
          'operation error EC2: Terminate',
          'Error terminating instance: operation error EC2: Terminate',
        ),
      ),
    );
    expect(JSON.stringify(alone.remediation)).not.toContain('AAAA');
  });
});

describe('what ended a build', () => {
  it.each([
    'ServiceQuotaExceededException: x',
    'TooManyRequestsException: x',
    'ResourceNotFoundException: x',
  ])('is not an error of Azure for a code of AWS: %s', (line) => {
    const { provider, alsoSeen } = explain(around(`operation error EC2: RunInstances, api error ${line}`));
    expect([provider, ...alsoSeen.map((seen) => seen.provider)]).not.toContain('azure');
  });

  it('is the refusal, and not the throttling behind it', () => {
    const log = around(
      `${denied('ec2:CreateImage on resource: *')}\nError: reading Y: TooManyRequestsException: Rate exceeded`,
    );
    expect(explain(log)).toMatchObject({ kind: 'permission', requirements: ['ec2:CreateImage'] });
  });

  it('cannot be told where vCenter finds nothing: it may be a permission', () => {
    expect(explain(around("Error: datacenter 'DC0' not found")).kind).toBe('unknown');
  });

  it('is read through the quotation marks that chat makes', () => {
    const log = `AuthorizationFailed: The client ‘a1’ with object id ‘5’ does not have authorization to perform action ‘Microsoft.Compute/images/write’ over scope ‘/subscriptions/50000000-0000-4000-8000-000000000001’ or the scope is invalid.`;
    expect(explain(around(log)).requirements).toEqual(['Microsoft.Compute/images/write']);
  });
});
