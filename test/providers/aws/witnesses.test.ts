import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../../../src/providers/aws/answers.ts';
import { bySimulation, combine, readEvaluation } from '../../../src/providers/aws/combine.ts';
import { arnsOf, kindsAtOnce } from '../../../src/providers/aws/kinds.ts';
import type { Witness } from '../../../src/providers/aws/witness.ts';
import type { AnswerParts } from '../../../src/providers/provider.ts';

// What a dry run and the policy simulator say together, to the letter.

const region = 'eu-central-1';
const quarantine = 'AWSCompromisedKeyQuarantineV2';
const policy = 'arn:aws:organizations::123456789012:policy/o-1/service_control_policy/p-1';

const witness = (decision: Evaluation['EvalDecision'], more: Partial<Witness> = {}): Witness => ({
  evaluation: { EvalActionName: 'ec2:CreateImage', EvalDecision: decision },
  allowedOn: [],
  coversAction: false,
  unknownKeys: [],
  ...more,
});
const probe = (state: AnswerParts['state'], more: Partial<AnswerParts> = {}): AnswerParts => ({
  state,
  method: 'dry-run',
  scope: region,
  evidence: { code: 'Code', text: 'EC2 said so.' },
  ...more,
});
const allowed = witness('allowed');
const omitted = witness('implicitDeny');
const bounded = witness('implicitDeny', {
  evaluation: {
    EvalActionName: 'ec2:CreateImage',
    EvalDecision: 'implicitDeny',
    PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
  },
});
const unknown = witness('implicitDeny', { unknownKeys: ['aws:SourceIp', 'x:Other'] });

describe('the policy simulator', () => {
  it.each<[string, Witness, ReturnType<typeof readEvaluation>]>([
    ['allows', allowed, { says: 'allowed', text: 'The policy simulator says allowed.' }],
    [
      'denies by omission',
      omitted,
      {
        says: 'denied',
        layer: 'identity-policy',
        denial: 'implicit',
        text: 'The policy simulator says implicitDeny on all resources.',
      },
    ],
    [
      'denies by a statement',
      witness('explicitDeny'),
      {
        says: 'denied',
        layer: 'identity-policy',
        denial: 'explicit',
        text: 'The policy simulator says explicitDeny on all resources.',
      },
    ],
    [
      'denies by the boundary',
      bounded,
      {
        says: 'denied',
        layer: 'permissions-boundary',
        denial: 'implicit',
        text: 'The policy simulator says implicitDeny on all resources.',
      },
    ],
    [
      'would need to know more, whatever it says',
      { ...allowed, unknownKeys: ['a', 'b'] },
      { says: 'unknown', text: 'The policy simulator would need to know a, b.' },
    ],
  ])('%s', (_what, given, told) => {
    expect(readEvaluation(given)).toEqual(told);
  });
});

describe('a refusal of EC2', () => {
  it('without a simulation stays as it is', () => {
    expect(combine(probe('missing'), undefined)).toEqual(probe('missing'));
    expect(combine(probe('granted', { layer: 'permissions-boundary' }), undefined)).toEqual(
      probe('granted', { layer: 'permissions-boundary' }),
    );
  });

  it('by the boundary, without a simulation, says that the policies were not looked at', () => {
    const told = combine(probe('missing', { layer: 'permissions-boundary' }), undefined);
    expect(told).toEqual({
      ...probe('missing', { layer: 'permissions-boundary' }),
      evidence: { code: 'Code', text: 'EC2 said so.', caveat: expect.stringContaining('at least') },
    });
  });

  it('that names no layer takes it from the simulator', () => {
    expect(combine(probe('missing'), omitted)).toEqual({
      ...probe('missing'),
      method: 'dry-run+simulation',
      layer: 'identity-policy',
      denial: 'implicit',
      evidence: {
        code: 'Code',
        text: 'EC2 said so. The policy simulator says implicitDeny on all resources.',
      },
    });
  });

  it('that names its own reasons keeps them', () => {
    const own = { layer: 'service-control-policy', denial: 'explicit', policy } as const;
    expect(combine(probe('missing', own), omitted)).toMatchObject(own);
  });

  it('that the simulator cannot explain has no reason that it made up', () => {
    const told = combine(probe('missing'), allowed);
    expect(told).not.toHaveProperty('layer');
    expect(told).not.toHaveProperty('denial');
    expect(told).not.toHaveProperty('policy');
    expect(told.evidence.text).toMatch(/says allowed\. If a policy was changed just now, wait some minutes/);
  });

  it.each<[string, Partial<AnswerParts>]>([
    ['an explicit denial', { denial: 'explicit' }],
    ['an organisation', { layer: 'service-control-policy', denial: 'explicit' }],
    ['a session', { layer: 'session-policy', denial: 'implicit' }],
  ])('by %s is no matter of waiting, whatever the simulator allows', (_what, parts) => {
    const told = combine(probe('missing', parts), allowed);
    expect(told).toMatchObject({ state: 'missing', ...parts });
    expect(told.evidence.text).not.toContain('wait some minutes');
  });

  it('by an identity policy that the simulator allows may be a matter of waiting', () => {
    const told = combine(probe('missing', { layer: 'identity-policy', denial: 'implicit' }), allowed);
    expect(told.evidence.text).toContain('wait some minutes');
    expect(told).not.toHaveProperty('layer');
  });

  it('that hangs on what cannot be known is open, with the keys in words', () => {
    const told = combine(probe('missing'), unknown);
    expect(told).toMatchObject({
      state: 'inconclusive',
      condition: 'aws:SourceIp, x:Other',
      evidence: { code: 'Code' },
    });
    expect(told.evidence.text).toMatch(
      /depend on aws:SourceIp \(the address of the caller\), x:Other, which/,
    );
  });

  it.each([
    ['aws:MultiFactorAuthPresent', 'a sign-in with a second factor'],
    ['aws:SourceVpce', 'the network of the caller'],
    ['aws:RequestTag/Owner', 'the tags that are set'],
    ['aws:PrincipalTag/Team', 'a tag of the caller'],
    ['ec2:ResourceTag/Team', 'a tag of the resource'],
  ])('hanging on %s says that it is %s', (key, words) => {
    const told = combine(probe('missing'), witness('implicitDeny', { unknownKeys: [key] }));
    expect(told.evidence.text).toContain(`depend on ${key} (${words}),`);
  });

  it.each<[string, Partial<AnswerParts>, Partial<Witness>]>([
    ['a policy is named', { policy }, {}],
    ['the key is in quarantine', {}, { quarantine }],
    ['another layer refuses', { layer: 'service-control-policy' }, {}],
  ])('stays missing, whatever else cannot be known, where %s', (_what, parts, more) => {
    const told = combine(probe('missing', parts), { ...unknown, ...more });
    expect(told.state).toBe('missing');
    expect(told).not.toHaveProperty('condition');
  });

  it('by a quarantine names its policy, as one of the caller', () => {
    expect(combine(probe('missing'), witness('explicitDeny', { quarantine }))).toMatchObject({
      policy: quarantine,
      layer: 'identity-policy',
      denial: 'explicit',
    });
  });

  it.each<[string, Partial<AnswerParts>, string | undefined]>([
    ['permissions-boundary', { layer: 'permissions-boundary' }, 'identity-policy'],
    ['identity-policy', { layer: 'identity-policy' }, 'permissions-boundary'],
    ['service-control-policy', { layer: 'service-control-policy' }, undefined],
  ])('by a %s, where boundary and policies both lack it, names the other too', (_what, parts, other) => {
    const told = combine(probe('missing', parts), { ...omitted, lacksBoth: true });
    expect(told.alsoLayer).toBe(other);
    expect(/without the boundary the policies would not either/.test(told.evidence.text)).toBe(
      other !== undefined,
    );
    expect(combine(probe('missing', parts), omitted).alsoLayer).toBeUndefined();
  });
});

describe('a dry run that tells nothing', () => {
  const throttled = probe('inconclusive', { evidence: { code: 'Throttling', text: 'Throttled.' } });
  const blocked = probe('inconclusive', { evidence: { code: 'Blocked', text: 'Blocked.' } });
  const silent = probe('inconclusive', { evidence: { text: 'Silent.' } });
  const scoped = { allowedOn: ['arn:1'] };

  it('is stood in for by a simulation that allows', () => {
    expect(combine(throttled, witness('allowed', scoped))).toEqual({
      ...throttled,
      method: 'simulation',
      state: 'likely',
      evidence: {
        code: 'allowed',
        text: 'Throttled. The policy simulator says allowed.',
        caveat: 'The policies allow it on arn:1 only; the documentation asks for all resources.',
      },
    });
    expect(combine(throttled, allowed).evidence).not.toHaveProperty('caveat');
  });

  it.each<[string, Witness, Partial<AnswerParts>]>([
    ['a statement', witness('explicitDeny'), { layer: 'identity-policy', denial: 'explicit' }],
    ['the boundary', bounded, { layer: 'permissions-boundary', denial: 'implicit' }],
  ])('is stood in for by a denial of %s', (_what, given, parts) => {
    expect(combine(throttled, given)).toMatchObject({
      state: 'missing',
      method: 'simulation',
      ...parts,
      evidence: {
        code: given.evaluation.EvalDecision,
        text: expect.stringMatching(/^Throttled\. The policy/),
      },
    });
  });

  it.each<[string, AnswerParts, Witness]>([
    ['an omission, which a grant on named resources reads as', throttled, omitted],
    ['EC2 did not serve the account', blocked, allowed],
    ['EC2 was silent', silent, allowed],
    ['the simulator could not know', throttled, unknown],
  ])('stays open where there is %s', (_what, given, simulated) => {
    const told = combine(given, simulated);
    expect(told).toMatchObject({ state: 'inconclusive' });
    expect(told.evidence.text).toMatch(/^(Throttled|Blocked|Silent)\. The policy simulator/);
    expect(told.evidence.code).toBe(given.evidence.code);
  });

  it.each([
    ['InvalidParameterValue', 'likely'],
    ['MissingParameter', 'likely'],
    ['UnsupportedOperation', 'likely'],
    ['VPCIdNotSpecified', 'likely'],
    ['InvalidZone.NotFound', 'likely'],
    ['InvalidClientTokenId', 'inconclusive'],
    ['InvalidSignature', 'inconclusive'],
    ['MissingAuthenticationToken', 'inconclusive'],
    ['NotInvalidAtAll', 'inconclusive'],
    ['InvalidZone.Not.Found', 'inconclusive'],
  ])('since EC2 answered %s is %s beside a simulation that allows', (code, state) => {
    expect(combine(probe('inconclusive', { evidence: { code, text: 'x' } }), allowed).state).toBe(state);
  });
});

describe('a dry run that allows', () => {
  it.each<[string, AnswerParts['state'], Witness, boolean]>([
    ['beside a simulation that allows', 'granted', allowed, true],
    ['beside one that cannot know', 'granted', unknown, true],
    ['as proof beside an omission', 'granted', omitted, true],
    ['as a sign beside an omission', 'likely', omitted, false],
    ['as a sign beside a grant on all kinds it needs', 'likely', { ...omitted, coversAction: true }, true],
    ['beside a statement that forbids', 'granted', witness('explicitDeny'), false],
    ['beside a boundary that lacks it', 'granted', bounded, false],
  ])('%s', (_what, state, given, agrees) => {
    const told = combine(probe(state), given);
    expect(told.state).toBe(agrees ? state : 'inconclusive');
    expect(told.conflict ?? false).toBe(!agrees);
    expect(told.method).toBe('dry-run+simulation');
    expect(told.evidence.text.startsWith('The two ways of checking disagree.')).toBe(!agrees);
  });
});

describe('an action without a dry run', () => {
  it.each<[string, Witness | undefined, AnswerParts]>([
    [
      'that nobody could ask about',
      undefined,
      {
        state: 'inconclusive',
        method: 'none',
        evidence: { text: expect.stringContaining('There is no dry run of this action') },
      },
    ],
    [
      'that is allowed, on some resources',
      witness('allowed', { allowedOn: ['arn:1', 'arn:2'] }),
      {
        state: 'likely',
        method: 'simulation',
        evidence: {
          code: 'allowed',
          text: 'The policy simulator says allowed.',
          caveat: expect.stringContaining('on arn:1, arn:2 only'),
        },
      },
    ],
    [
      'of which not all can be known',
      unknown,
      {
        state: 'inconclusive',
        method: 'simulation',
        condition: 'aws:SourceIp, x:Other',
        evidence: { code: 'implicitDeny', text: expect.stringContaining('would need to know') },
      },
    ],
    [
      'that is omitted',
      omitted,
      {
        state: 'inconclusive',
        method: 'simulation',
        evidence: { code: 'implicitDeny', text: expect.stringContaining('on single resources') },
      },
    ],
    [
      'that is forbidden',
      witness('explicitDeny'),
      {
        state: 'missing',
        method: 'simulation',
        layer: 'identity-policy',
        denial: 'explicit',
        evidence: { code: 'explicitDeny', text: 'The policy simulator says explicitDeny on all resources.' },
      },
    ],
    [
      'that the boundary lacks',
      bounded,
      {
        state: 'missing',
        method: 'simulation',
        layer: 'permissions-boundary',
        denial: 'implicit',
        evidence: { code: 'implicitDeny', text: expect.anything() },
      },
    ],
  ])('%s', (_what, given, told) => {
    expect(bySimulation(given)).toEqual(told);
  });
});

describe('kinds of resources', () => {
  const place = { partition: 'aws-cn', region: 'cn-north-1', account: '123456789012' };

  it('stand for all of theirs, with an account where they have one', () => {
    expect(arnsOf(['volume', 'image', 'snapshot'], place)).toEqual([
      'arn:aws-cn:ec2:cn-north-1:123456789012:volume/*',
      'arn:aws-cn:ec2:cn-north-1::image/*',
      'arn:aws-cn:ec2:cn-north-1::snapshot/*',
    ]);
  });

  it('are all that builds concern unless some are named', () => {
    const all = arnsOf(undefined, place);
    expect(all).toHaveLength(10);
    expect(all).toContain('arn:aws-cn:ec2:cn-north-1:123456789012:launch-template/*');
  });

  it.each([
    ['ec2:RunInstances', 7],
    ['ec2:CreateImage', 3],
    ['ec2:AttachVolume', 2],
    ['ec2:StopInstances', undefined],
  ])('at once for %s: %s', (action, count) => {
    expect(kindsAtOnce[action]?.length).toBe(count);
  });
});
