import type { Evaluation } from './answers.ts';
import { homeRegion } from './client.ts';
import type { SimulatorQuestion } from './iam-calls.ts';
import { type ArnPlace, filledIn } from './places.ts';
import { quarantineOf, unknownKeysOf, type Witness } from './witness.ts';

/** An action, and the resources that it must be allowed on. */
export type Placed = { readonly action: string; readonly on: readonly string[] };

/** What a question about an action on some resources is known by. */
export const placeKey = ({ action, on }: Placed) => [action, ...on].join('\n');

/**
 * Services that are one for all regions; but for handing over a role, which is a part of a call in a region.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
 */
const globalServices =
  /^(account|budgets|ce|cloudfront|globalaccelerator|iam|organizations|route53|route53domains|shield|support|waf):/;
export const isGlobal = (action: string) => globalServices.test(action) && action !== 'iam:PassRole';

/** What a request to such a service carries: the home region of the partition. */
export const atHome = (region: string) => ({ 'aws:RequestedRegion': homeRegion(region) });

/** What is told of an action on the resources that a profile names: allowed where it is on each of them. */
function witnessOn(places: readonly string[], evaluation: Evaluation): Witness {
  const { ResourceSpecificResults: results = [], EvalDecision: whole } = evaluation;
  const refused = results.filter(({ EvalResourceDecision: decision }) => decision !== 'allowed');
  const quarantine = quarantineOf(evaluation);
  const isDenied = results.some(({ EvalResourceDecision: decision }) => decision === 'explicitDeny');
  const decision = isDenied ? 'explicitDeny' : refused.length > 0 ? 'implicitDeny' : whole;
  const lacking = refused.map(({ EvalResourceName: name }) => name);
  return {
    evaluation: { ...evaluation, EvalDecision: decision },
    places,
    lackingOn: lacking.length > 0 ? lacking : places,
    ...(quarantine && { quarantine }),
    allowedOn: [],
    coversAction: false,
    unknownKeys: [...new Set(unknownKeysOf(evaluation))],
  };
}

/** One question to the simulator, in the context of the caller. */
export type Simulate = (
  question: Omit<SimulatorQuestion, 'context'>,
  context?: SimulatorQuestion['context'],
) => Promise<Evaluation[]>;

/** Asks about actions on resources that a profile names, those of the same resources at once. */
export async function simulatePlaced(
  placed: readonly Placed[],
  place: ArnPlace,
  simulate: Simulate,
): Promise<[string, Witness][]> {
  const byPlace = [...Map.groupBy(placed, ({ action, on }) => [isGlobal(action), ...on].join('\n')).values()];
  const answers = await Promise.all(
    byPlace.map(async (some) => {
      const on = some[0]?.on ?? [];
      const resourceArns = filledIn(on, place);
      const about = { actions: some.map(({ action }) => action), resourceArns };
      const isHome = some.some(({ action }) => isGlobal(action));
      const evaluations = await simulate(about, isHome ? atHome(place.region) : {});
      return evaluations.map((evaluation): [string, Witness] => [
        placeKey({ action: evaluation.EvalActionName, on }),
        witnessOn(resourceArns, evaluation),
      ]);
    }),
  );
  return answers.flat();
}
