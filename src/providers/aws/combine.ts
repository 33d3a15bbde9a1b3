import type { AnswerParts } from '../provider.ts';
import type { Evaluation } from './answers.ts';
import { throttled } from './read-answers.ts';
import type { Witness } from './witness.ts';
import type { Layer } from './words.ts';

/** Faults of the request itself; about the account, the key or the region they say nothing. */
const aboutParameters =
  /^(Invalid(?!ClientTokenId|Signature)\w*|Missing(?!Authentication)\w*|Unsupported\w*|VPCIdNotSpecified)(\.\w+)?$/;

type Simulated = {
  readonly says: 'allowed' | 'denied' | 'unknown';
  readonly layer?: Layer;
  readonly denial?: 'explicit' | 'implicit';
  readonly text: string;
};

/** What the policy simulator tells about one action. */
export function readEvaluation({ evaluation, unknownKeys, deniedBy, places = [] }: Witness): Simulated {
  const { EvalDecision: decision } = evaluation;
  if (unknownKeys.length > 0) {
    return { says: 'unknown', text: `The policy simulator would need to know ${unknownKeys.join(', ')}.` };
  }
  const where = places.length > 0 ? `on ${places.join(', ')}` : 'on all resources';
  if (decision === 'allowed')
    return {
      says: 'allowed',
      text: `The policy simulator says allowed${places.length > 0 ? ` ${where}` : ''}.`,
    };
  const denial = decision === 'explicitDeny' ? 'explicit' : 'implicit';
  const text = `The policy simulator says ${decision} ${where}.`;
  const layer = deniedBy ?? layerOf(evaluation);
  return { says: 'denied', layer, denial, text };
}

function layerOf(evaluation: Evaluation): Layer {
  if (evaluation.OrganizationsDecisionDetail?.AllowedByOrganizations === false)
    return 'service-control-policy';
  if (evaluation.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false)
    return 'permissions-boundary';
  return 'identity-policy';
}

/** Condition keys by their beginnings, in words. */
const kindsOfConditions: readonly [RegExp, string][] = [
  [/^aws:(SourceIp|VpcSourceIp)/i, 'the address of the caller'],
  [/^aws:MultiFactorAuth/i, 'a sign-in with a second factor'],
  [/^aws:(SourceVpce?|ViaAWSService)/i, 'the network of the caller'],
  [/^aws:(RequestTag|TagKeys)/i, 'the tags that are set'],
  [/^aws:PrincipalTag/i, 'a tag of the caller'],
  [/^(aws|ec2):ResourceTag/i, 'a tag of the resource'],
];

function keyWords(key: string): string {
  const kind = kindsOfConditions.find(([pattern]) => pattern.test(key))?.[1];
  return kind ? `${key} (${kind})` : key;
}

/** Layers whose statements the simulator was asked about; what other layers say stands by itself. */
const simulatedLayers: readonly unknown[] = [undefined, 'identity-policy'];

/**
 * Joins both witnesses of an action. The dry run is asked of the evaluator that a build meets, so it outranks the
 * simulator, which sees neither session nor endpoint policies; where they contradict each other about an explicit
 * rule, nothing is proven.
 */
export function combine(probe: AnswerParts, witness: Witness | undefined): AnswerParts {
  if (!witness) return isBounded(probe) ? withUnseenPolicy(probe) : probe;
  const simulated = readEvaluation(witness);
  const limited = limitTo(witness.allowedOn);
  const evidence = { ...probe.evidence, text: `${probe.evidence.text} ${simulated.text}`, ...limited };
  const both = { ...probe, method: 'dry-run+simulation' as const, evidence };
  if (probe.state === 'missing') return refusedWith(both, witness, simulated);
  if (simulated.says === 'unknown') return both;
  if (probe.state === 'inconclusive') return simulatedInstead(probe, witness, simulated);
  if (agrees(probe, witness, simulated)) return both;
  const text = `The two ways of checking disagree. ${evidence.text}`;
  return { ...both, state: 'inconclusive', conflict: true, evidence: { ...evidence, text } };
}

const isBounded = ({ state, layer }: AnswerParts) => state === 'missing' && layer === 'permissions-boundary';

/** AWS names one layer only, even where several do not allow it. */
function withUnseenPolicy(probe: AnswerParts): AnswerParts {
  const caveat =
    'It is the boundary at least: whether the policies allow it could not be looked at, and both must.';
  return { ...probe, evidence: { ...probe.evidence, caveat } };
}

/** What a refusal of EC2 is, with what the simulator says of its cause. */
function refusedWith(both: AnswerParts, witness: Witness, simulated: Simulated): AnswerParts {
  const { evidence } = both;
  const { unknownKeys, quarantine, lacksBoth } = witness;
  const policy = both.policy ?? quarantine;
  const layer = both.layer ?? (policy ? 'identity-policy' : simulated.layer);
  const denial = both.denial ?? simulated.denial;
  const known = { ...both, ...(layer && { layer }), ...(denial && { denial }), ...(policy && { policy }) };
  if (policy === undefined && unknownKeys.length > 0 && simulatedLayers.includes(layer)) {
    const keys = unknownKeys.join(', ');
    // Without what is said of the single action: one condition behind many actions is one reason.
    const text = `AWS refuses it here, and a policy makes that depend on ${unknownKeys.map(keyWords).join(', ')}, which cannot be known for a build. A further Allow without that condition would undo what the policy protects.`;
    return { ...known, state: 'inconclusive', condition: keys, evidence: { ...evidence, text } };
  }
  if (simulated.says === 'allowed' && denial !== 'explicit' && simulatedLayers.includes(both.layer)) {
    const { layer: _layer, denial: _denial, ...unnamed } = both;
    const text = `${evidence.text} If a policy was changed just now, wait some minutes and verify again.`;
    return { ...unnamed, evidence: { ...evidence, text } };
  }
  if (!lacksBoth || (layer !== 'permissions-boundary' && layer !== 'identity-policy')) return known;
  const text = `${evidence.text} The boundary does not allow it, and without the boundary the policies would not either.`;
  const alsoLayer = layer === 'identity-policy' ? 'permissions-boundary' : 'identity-policy';
  return { ...known, alsoLayer, evidence: { ...evidence, text } };
}

function limitTo(allowedOn: readonly string[]): { caveat?: string } {
  if (allowedOn.length === 0) return {};
  return {
    caveat: `The policies allow it on ${allowedOn.join(', ')} only; the documentation asks for all resources.`,
  };
}

/**
 * What holds where EC2 answered a dry run without telling. Only for throttling and faults of the request does the
 * simulator stand in: where EC2 does not serve the account at all, or gave no answer, a policy that allows proves nothing.
 */
function simulatedInstead(probe: AnswerParts, witness: Witness, simulated: Simulated): AnswerParts {
  const { says, denial, text, layer } = simulated;
  const cause = probe.evidence.code ?? '';
  const both = { ...probe, evidence: { ...probe.evidence, text: `${probe.evidence.text} ${text}` } };
  if (!throttled.has(cause) && !aboutParameters.test(cause)) return both;
  const evidence = {
    code: witness.evaluation.EvalDecision,
    text: both.evidence.text,
    ...limitTo(witness.allowedOn),
  };
  if (says === 'allowed') return { ...both, method: 'simulation', state: 'likely', evidence };
  // A grant on named resources reads as an implicit denial on all.
  if (denial === 'implicit' && layer === 'identity-policy') return both;
  return {
    ...both,
    method: 'simulation',
    state: 'missing',
    evidence,
    ...(layer && { layer }),
    ...(denial && { denial }),
  };
}

/** Whether a simulation stands beside an allowing dry run without contradicting it. */
function agrees(probe: AnswerParts, { coversAction }: Witness, { says, layer, denial }: Simulated): boolean {
  if (says === 'allowed') return true;
  // A grant on named resources reads as an implicit denial on all; proof, or the names themselves, settle that.
  const isByOmission = denial === 'implicit' && layer === 'identity-policy';
  return isByOmission && (probe.state === 'granted' || coversAction);
}

/** What is told about an action that has no dry run. */
export function bySimulation(witness: Witness | undefined): AnswerParts {
  if (!witness) {
    const text =
      'There is no dry run of this action, and the policy simulator did not answer this credential.';
    return { state: 'inconclusive', method: 'none', evidence: { text } };
  }
  const { says, denial, text, layer } = readEvaluation(witness);
  const code = witness.evaluation.EvalDecision;
  const simulation = {
    method: 'simulation',
    evidence: { code, text, ...limitTo(witness.allowedOn) },
  } as const;
  if (says === 'allowed') return { ...simulation, state: 'likely' };
  if (says === 'unknown') {
    const condition = witness.unknownKeys.join(', ');
    return { ...simulation, state: 'inconclusive', condition, evidence: { code, text } };
  }
  const { places = [], lackingOn = [], quarantine } = witness;
  // A grant on some of what a pattern stands for reads as an implicit denial of the whole; one on all that is named does not.
  const named = lackingOn.filter((arn) => arn === '*' || !arn.includes('*'));
  if (denial === 'implicit' && layer === 'identity-policy' && named.length === 0) {
    const open = witness.evaluation.EvalActionName.startsWith('iam:')
      ? `${text} It may be granted on single roles, such as the one of your instance profile.`
      : `${text} It may be granted on single resources.`;
    return { ...simulation, state: 'inconclusive', evidence: { code, text: open } };
  }
  const isByOmission = denial === 'implicit';
  const objects = (isByOmission ? named : lackingOn).map((arn) => ({ id: arn, path: arn }));
  // Which layer forbids on named resources was not asked about one by one.
  const isUntold = places.length > 0 && denial === 'explicit' && layer === 'identity-policy' && !quarantine;
  return {
    ...simulation,
    state: 'missing',
    ...(objects.length > 0 && { objects }),
    ...(layer && !isUntold && { layer }),
    ...(denial && { denial }),
    ...(quarantine && { policy: quarantine }),
  };
}
