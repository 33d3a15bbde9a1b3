import type { AnswerParts } from '../provider.ts';
import type { Evaluation } from './answers.ts';
import { throttled } from './read-answers.ts';
import type { Witness } from './simulation.ts';
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
export function readEvaluation(evaluation: Evaluation): Simulated {
  const { EvalDecision: decision, MissingContextValues: unset = [] } = evaluation;
  if (unset.length > 0) {
    return { says: 'unknown', text: `The policy simulator would need to know ${unset.join(', ')}.` };
  }
  if (decision === 'allowed') return { says: 'allowed', text: 'The policy simulator says allowed.' };
  const denial = decision === 'explicitDeny' ? 'explicit' : 'implicit';
  const text = `The policy simulator says ${decision} on all resources.`;
  if (evaluation.OrganizationsDecisionDetail?.AllowedByOrganizations === false) {
    return { says: 'denied', layer: 'service-control-policy', denial, text };
  }
  if (evaluation.PermissionsBoundaryDecisionDetail?.AllowedByPermissionsBoundary === false) {
    return { says: 'denied', layer: 'permissions-boundary', denial, text };
  }
  return { says: 'denied', layer: 'identity-policy', denial, text };
}

/**
 * Joins both witnesses of an action. The dry run is asked of the evaluator that a build meets, so it outranks the
 * simulator, which sees neither session nor endpoint policies; where they contradict each other about an explicit
 * rule, nothing is proven.
 */
export function combine(probe: AnswerParts, witness: Witness | undefined): AnswerParts {
  if (!witness) return probe;
  const simulated = readEvaluation(witness.evaluation);
  const limited = limitTo(witness.allowedOn);
  const evidence = { ...probe.evidence, text: `${probe.evidence.text} ${simulated.text}`, ...limited };
  const both = { ...probe, method: 'dry-run+simulation' as const, evidence };
  if (probe.state === 'missing') {
    const layer = probe.layer ?? witness.deniedBy ?? simulated.layer;
    const denial = probe.denial ?? simulated.denial;
    return { ...both, ...(layer && { layer }), ...(denial && { denial }) };
  }
  if (simulated.says === 'unknown') return both;
  if (probe.state === 'inconclusive') return simulatedInstead(probe, witness, simulated);
  if (agrees(probe, witness, simulated)) return both;
  const text = `The two ways of checking disagree. ${evidence.text}`;
  return { ...both, state: 'inconclusive', conflict: true, evidence: { ...evidence, text } };
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
  const { says, denial, text } = simulated;
  const layer = witness.deniedBy ?? simulated.layer;
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
  const { says, denial, text, layer: named } = readEvaluation(witness.evaluation);
  const code = witness.evaluation.EvalDecision;
  const layer = witness.deniedBy ?? named;
  const simulation = {
    method: 'simulation',
    evidence: { code, text, ...limitTo(witness.allowedOn) },
  } as const;
  if (says === 'allowed') return { ...simulation, state: 'likely' };
  // These actions are usually granted for one role only, which reads as an implicit denial on all.
  if (says === 'unknown' || (denial === 'implicit' && layer === 'identity-policy')) {
    const open = `${text} It may be granted on single roles, such as the one of your instance profile.`;
    return { ...simulation, state: 'inconclusive', evidence: { code, text: open } };
  }
  return { ...simulation, state: 'missing', ...(layer && { layer }), ...(denial && { denial }) };
}
