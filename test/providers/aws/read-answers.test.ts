import { describe, expect, it } from 'vitest';
import type { AwsAnswer, Evaluation, Subnets } from '../../../src/providers/aws/answers.ts';
import { combine } from '../../../src/providers/aws/combine.ts';
import { readDefaultVpc } from '../../../src/providers/aws/default-vpc.ts';
import { readProbe } from '../../../src/providers/aws/read-answers.ts';
import type { Witness } from '../../../src/providers/aws/witness.ts';

const region = 'eu-central-1';
const refused = (code: string, message = ''): AwsAnswer<never> => ({ kind: 'refused', code, message });
const silent: AwsAnswer<never> = { kind: 'unreachable', message: 'gave no answer within 10 s' };
const evaluation = (
  EvalDecision: Evaluation['EvalDecision'],
  more: Partial<Evaluation> = {},
): Evaluation => ({
  EvalActionName: 'ec2:CreateImage',
  EvalDecision,
  ...more,
});
const byScp = evaluation('explicitDeny', { OrganizationsDecisionDetail: { AllowedByOrganizations: false } });
const byBoundary = evaluation('implicitDeny', {
  PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
});

describe('one dry run', () => {
  it.each<[string, AwsAnswer, string]>([
    ['DryRunOperation', refused('DryRunOperation'), 'granted'],
    ['UnauthorizedOperation', refused('UnauthorizedOperation'), 'missing'],
    ['AccessDenied', refused('AccessDenied'), 'missing'],
    ['InvalidInstanceID.NotFound', refused('InvalidInstanceID.NotFound'), 'likely'],
    ['InvalidAMIID.NotFound', refused('InvalidAMIID.NotFound'), 'likely'],
    ['InvalidGroup.NotFound', refused('InvalidGroup.NotFound'), 'likely'],
    ['InvalidInstanceID.Malformed', refused('InvalidInstanceID.Malformed'), 'inconclusive'],
    ['InvalidZone.NotFound', refused('InvalidZone.NotFound'), 'inconclusive'],
    ['MissingParameter', refused('MissingParameter'), 'inconclusive'],
    ['VPCIdNotSpecified', refused('VPCIdNotSpecified'), 'inconclusive'],
    ['RequestLimitExceeded', refused('RequestLimitExceeded'), 'inconclusive'],
    ['AuthFailure', refused('AuthFailure'), 'inconclusive'],
    ['InternalError', refused('InternalError'), 'inconclusive'],
    ['no answer', silent, 'inconclusive'],
    ['success', { kind: 'done', output: {} }, 'inconclusive'],
  ])('that gets %s is %s', (_code, answer, state) => {
    expect(readProbe(answer, region).state).toBe(state);
  });
});

describe('what a dry run tells, to the letter', () => {
  const dryRun = { method: 'dry-run', scope: region } as const;
  const evidence = (answer: AwsAnswer) => readProbe(answer, region).evidence;

  it('names what it made where AWS carried it out, by ids alone', () => {
    const output = {
      Id: 'ami-0123456789abcdef0',
      Nested: [{ Volume: 'vol-01234567' }, null, 7],
      Key: '-----BEGIN KEY----- ami-0123456789abcdef0',
      Others: [
        'ami-01234567 and more',
        'x-ami-01234567',
        'AMI-01234567',
        '12-01234567',
        'ami-0123',
        'ami-0123456z',
      ],
    };
    expect(readProbe({ kind: 'done', output }, region)).toEqual({
      ...dryRun,
      state: 'inconclusive',
      evidence: {
        code: 'DryRunNotHonoured',
        text: expect.stringContaining(' It made or changed ami-0123456789abcdef0, vol-01234567. Look for it'),
      },
    });
    expect(evidence({ kind: 'done', output: {} }).text).toContain('It named nothing that it made.');
  });

  it.each<[AwsAnswer, string | undefined, RegExp]>([
    [silent, undefined, /^AWS gave no answer within 10 s\.$/],
    [refused('DryRunOperation'), 'DryRunOperation', /^AWS would have carried out the call\.$/],
    [refused('InvalidVolume.NotFound'), 'InvalidVolume.NotFound', /^AWS did not find the made-up resource/],
    [refused('Throttling'), 'Throttling', /^AWS throttled the call\./],
    [refused('InternalError'), 'InternalError', /^AWS answered InternalError, which says nothing/],
  ])('has a code and a text: %j', (answer, code, text) => {
    expect(readProbe(answer, region)).toMatchObject(dryRun);
    expect(evidence(answer).code).toBe(code);
    expect(evidence(answer).text).toMatch(text);
  });

  it.each<[string, string, RegExp | undefined]>([
    [
      'an explicit denial',
      'User is not authorized with an explicit deny in a service control policy',
      /^If the rule/,
    ],
    [
      'all resources',
      'User is not authorized on resource: arn:aws:ec2:x:1:image/* because no policy',
      /^It may still/,
    ],
    ['one resource', 'User is not authorized on resource: arn:aws:ec2:x:1:image/ami-1 because', undefined],
    [
      'a quarantine',
      'not authorized with an explicit deny in an identity-based policy: arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3',
      undefined,
    ],
  ])('leaves open what a refusal of %s leaves open', (_what, message, caveat) => {
    const told = evidence(refused('UnauthorizedOperation', message)).caveat;
    if (caveat) expect(told).toMatch(caveat);
    else expect(told).toBeUndefined();
  });

  it('is no word about builds where the endpoint of this bot refuses', () => {
    const message = 'not authorized because no VPC endpoint policy allows the ec2:CreateImage action';
    expect(readProbe(refused('UnauthorizedOperation', message), region)).toMatchObject({
      state: 'inconclusive',
      layer: 'endpoint-policy',
      evidence: {
        text: expect.stringMatching(/^The policy of the VPC endpoint that AWS was reached through/),
      },
    });
  });
});

const witness = (evaluated: Evaluation, more: Partial<Witness> = {}): Witness => ({
  evaluation: evaluated,
  allowedOn: [],
  unknownKeys: evaluated.MissingContextValues ?? [],
  coversAction: (more.allowedOn ?? []).length > 0,
  ...more,
});

describe('both witnesses', () => {
  const granted = readProbe(refused('DryRunOperation'), region);
  const likely = readProbe(refused('InvalidInstanceID.NotFound'), region);
  const missing = readProbe(refused('UnauthorizedOperation'), region);
  const untold = readProbe(refused('RequestLimitExceeded'), region);
  const noAnswer = readProbe(silent, region);
  const blocked = readProbe(refused('Blocked'), region);
  const incident = readProbe({ kind: 'done', output: {} }, region);
  const unknown = evaluation('implicitDeny', { MissingContextValues: ['aws:SourceIp'] });

  it.each([
    ['granted', granted, evaluation('allowed'), 'granted'],
    ['granted, though all resources are not covered', granted, evaluation('implicitDeny'), 'granted'],
    ['in conflict about an explicit denial', granted, evaluation('explicitDeny'), 'inconclusive'],
    ['in conflict about an organisation', granted, byScp, 'inconclusive'],
    ['in conflict about a boundary', granted, byBoundary, 'inconclusive'],
    ['granted where the simulator lacks context', granted, unknown, 'granted'],
    ['likely', likely, evaluation('allowed'), 'likely'],
    ['in conflict where the dry run is no proof', likely, evaluation('implicitDeny'), 'inconclusive'],
    ['missing, whatever the simulator says', missing, evaluation('allowed'), 'missing'],
    ['missing', missing, byScp, 'missing'],
    ['decided by the simulator: likely', untold, evaluation('allowed'), 'likely'],
    ['decided by the simulator: missing', untold, byBoundary, 'missing'],
    ['not told by an implicit denial on all resources', untold, evaluation('implicitDeny'), 'inconclusive'],
    ['not told while EC2 gives no answer', noAnswer, evaluation('allowed'), 'inconclusive'],
    ['not told while EC2 blocks the account', blocked, evaluation('allowed'), 'inconclusive'],
    ['never missing for want of context', untold, unknown, 'inconclusive'],
    ['an alarm that no simulation explains away', incident, evaluation('allowed'), 'inconclusive'],
  ] as const)('are %s', (_what, probe, simulated, state) => {
    expect(combine(probe, witness(simulated)).state).toBe(state);
  });

  it('take the layer from the simulator when the refusal named none', () => {
    expect(combine(missing, witness(byScp)).layer).toBe('service-control-policy');
  });

  it('take the layer from a simulation without it, when nothing else names one', () => {
    const hidden = evaluation('explicitDeny');
    expect(combine(missing, witness(hidden, { deniedBy: 'service-control-policy' })).layer).toBe(
      'service-control-policy',
    );
  });

  it('agree about a grant on named resources, and name them', () => {
    const scoped = witness(evaluation('implicitDeny'), {
      allowedOn: ['arn:aws:ec2:eu-central-1:1:instance/*'],
    });

    expect(combine(likely, scoped)).toMatchObject({ state: 'likely' });
    expect(combine(likely, scoped).evidence.caveat).toContain(
      'on arn:aws:ec2:eu-central-1:1:instance/* only',
    );
  });

  it('show both when they disagree', () => {
    const { evidence, conflict } = combine(granted, witness(byScp));
    expect(conflict).toBe(true);
    expect(evidence.text).toMatch(/disagree.*would have carried out.*simulator says explicitDeny/);
  });
});

describe('the default VPC', () => {
  const subnets = (...VpcIds: string[]): AwsAnswer<Subnets> => ({
    kind: 'done',
    output: {
      Subnets: VpcIds.map((VpcId) => ({ SubnetId: 'subnet-1', VpcId, AvailabilityZone: 'eu-central-1a' })),
    },
  });
  const denied = refused('UnauthorizedOperation');

  it.each<[string, AwsAnswer<Subnets>, RegExp]>([
    ['refused', denied, /^ec2:DescribeSubnets is refused, so it could not be told/],
    ['a fault of AWS', refused('InternalError'), /^AWS answered InternalError to ec2:DescribeSubnets, so/],
    ['silence', silent, /^AWS gave no answer within 10 s when asked for subnets, so/],
  ])('is not told, and the text says why: %s', (_what, read, text) => {
    expect(readDefaultVpc(read, denied, region).evidence.text).toMatch(text);
  });

  it.each<[string, AwsAnswer<Subnets>, AwsAnswer, string]>([
    ['there with its subnets', subnets('vpc-1', 'vpc-1'), denied, 'granted'],
    ['gone', subnets(), refused('VPCIdNotSpecified'), 'missing'],
    ['there, but its subnets are gone', subnets(), refused('DryRunOperation'), 'missing'],
    ['there without subnets, or gone', subnets(), denied, 'inconclusive'],
    ['not told when both are refused', denied, denied, 'inconclusive'],
    ['likely by the security group alone', denied, refused('DryRunOperation'), 'likely'],
    ['gone by the security group alone', denied, refused('VPCIdNotSpecified'), 'missing'],
    ['not told without an answer', silent, silent, 'inconclusive'],
  ])('is %s', (_what, read, group, state) => {
    expect(readDefaultVpc(read, group, region)).toMatchObject({ state, scope: region });
  });

  it.each<[AwsAnswer<Subnets>, AwsAnswer, object]>([
    [subnets('vpc-1'), denied, { evidence: { text: 'vpc-1 has 1 default subnet in eu-central-1.' } }],
    [
      subnets('vpc-1', 'vpc-1'),
      denied,
      { evidence: { text: 'vpc-1 has 2 default subnets in eu-central-1.' } },
    ],
    [
      subnets(),
      refused('VPCIdNotSpecified'),
      {
        method: 'read',
        objects: [{ id: region, path: 'default-vpc' }],
        evidence: { code: 'VPCIdNotSpecified', text: expect.stringContaining('has no default VPC') },
      },
    ],
    [
      denied,
      refused('VPCIdNotSpecified'),
      { method: 'dry-run', objects: [{ id: region, path: 'default-vpc' }] },
    ],
    [
      subnets(),
      refused('DryRunOperation'),
      {
        objects: [{ id: region, path: 'default-subnets' }],
        evidence: {
          code: 'DryRunOperation',
          text: expect.stringMatching(/but its default subnets were deleted\.$/),
        },
      },
    ],
    [
      denied,
      refused('DryRunOperation'),
      {
        evidence: {
          code: 'DryRunOperation',
          text: expect.stringMatching(/so eu-central-1 has a default one\.$/),
        },
      },
    ],
    [
      subnets(),
      silent,
      { evidence: { text: expect.stringMatching(/^eu-central-1 has no default subnet: either/) } },
    ],
  ])('is told with its place: %#', (read, group, told) => {
    expect(readDefaultVpc(read, group, region)).toMatchObject(told);
  });
});
