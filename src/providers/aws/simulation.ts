import { parse } from '@aws-sdk/util-arn-parser';
import type { Identity } from '../../verification/verification.ts';
import type { CallerIdentity, Evaluation } from './answers.ts';
import { type AwsClient, homeRegion } from './client.ts';
import type { SimulatorQuestion } from './iam-calls.ts';
import { arnsOf, kindsAtOnce } from './kinds.ts';
import { createTags, filledIn } from './places.ts';
import { isQuarantine } from './refusals.ts';
import { tagging } from './tagging.ts';
import type { Layer } from './words.ts';

/** What the policy simulator tells about one action. */
export type Witness = {
  readonly evaluation: Evaluation;
  /** The layer without which the action would be allowed. */
  readonly deniedBy?: Layer;
  /** Whether neither the boundary nor the caller's own policies allow it, on any kind of resource. */
  readonly lacksBoth?: boolean;
  /** The quarantine policy that forbids it. */
  readonly quarantine?: string;
  /** Kinds of resources on which it is allowed, where it is not on all. */
  readonly allowedOn: readonly string[];
  /** Whether these are all the kinds that the action concerns at once. */
  readonly coversAction: boolean;
  /** The resources that it was asked about, where a profile names them; it is allowed where it is on all of them. */
  readonly places?: readonly string[];
  /** Those of them that it is not allowed on. */
  readonly lackingOn?: readonly string[];
  /** Condition keys that policies ask for and that cannot be known here. */
  readonly unknownKeys: readonly string[];
};

export type Simulation = {
  /** False when this credential may not ask the simulator, which is the documented normal case. */
  readonly answered: boolean;
  /** The user or role behind the caller, with its path, where that could be read. */
  readonly principal?: string;
  readonly witnesses: ReadonlyMap<string, Witness>;
  /** The same of actions on the resources that a profile names, by `placeKey`. */
  readonly placed: ReadonlyMap<string, Witness>;
  /** In words, what the credential may do far beyond what it is for. */
  readonly excess: readonly string[];
};

export type SimulationRequest = {
  readonly identity: Identity;
  readonly caller: CallerIdentity;
  readonly region: string;
  /** The address that AWS sees this bot at, where its operator said so. */
  readonly sourceIp?: string | undefined;
  readonly actions: readonly string[];
  /** Actions on the resources that a profile names. */
  readonly placed?: readonly Placed[];
};

/** An action, and the resources that it must be allowed on. */
export type Placed = { readonly action: string; readonly on: readonly string[] };

/** What a question about an action on some resources is known by. */
export const placeKey = ({ action, on }: Placed) => [action, ...on].join('\n');

/** Actions that hardly anything needs; whoever may do them may do far more. */
const sentinels: Readonly<Record<string, string>> = {
  'iam:CreateUser': 'manage users and permissions (iam)',
  'iam:AttachUserPolicy': 'manage users and permissions (iam)',
  'ec2:DeleteVpc': 'change and delete networks (ec2)',
  's3:DeleteBucket': 'delete storage (s3)',
};

const nothing = { answered: false, witnesses: new Map(), placed: new Map(), excess: [] };

/** The ARN that the simulator knows the caller by; a session's own ARN lacks the path of its role. */
async function principalArn(
  client: AwsClient,
  { identity, caller }: SimulationRequest,
): Promise<string | undefined> {
  if (identity.kind === 'user') return identity.id;
  if (identity.kind !== 'role') return undefined;
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
  const [roleId = ''] = caller.UserId.split(':', 1);
  const role = await client.roleArn(identity.name, roleId);
  return role.kind === 'done' ? role.output : undefined;
}

const deniesInBoundary = ({ PermissionsBoundaryDecisionDetail: boundary }: Evaluation) =>
  boundary?.AllowedByPermissionsBoundary === false;

/** Whether an evaluation itself says that the organisation or the boundary denies. */
const namesLayer = (evaluation: Evaluation) =>
  evaluation.OrganizationsDecisionDetail?.AllowedByOrganizations === false || deniesInBoundary(evaluation);

function allowedResources({ ResourceSpecificResults: results = [] }: Evaluation): string[] {
  return results
    .filter((result) => result.EvalResourceDecision === 'allowed')
    .map((result) => result.EvalResourceName);
}

/** With explicit resources IAM lists the missing keys with each of them, and otherwise for the whole. */
function unknownKeysOf({
  MissingContextValues: keys = [],
  ResourceSpecificResults: results = [],
}: Evaluation) {
  return [...keys, ...results.flatMap(({ MissingContextValues: more = [] }) => more)];
}

function quarantineOf({ MatchedStatements: statements = [] }: Evaluation): string | undefined {
  return statements.map(({ SourcePolicyId: id }) => id).find(isQuarantine);
}

function covers(action: string, allowedOn: readonly string[], partition: string): boolean {
  const kinds =
    action === createTags ? tagging(partition).flatMap((each) => each.kinds) : (kindsAtOnce[action] ?? []);
  return allowedOn.length > 0 && kinds.every((kind) => allowedOn.some((arn) => arn.endsWith(`:${kind}/*`)));
}

/**
 * Services that are one for all regions; but for handing over a role, which is a part of a call in a region.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
 */
const globalServices =
  /^(account|budgets|ce|cloudfront|globalaccelerator|iam|organizations|route53|route53domains|shield|support|waf):/;
const isGlobal = (action: string) => globalServices.test(action) && action !== 'iam:PassRole';

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

/** Asks about all actions at once, and about those that are denied again: on what, and by which layer. */
export async function askSimulator(client: AwsClient, request: SimulationRequest): Promise<Simulation> {
  const { actions, placed = [], caller, region, sourceIp } = request;
  const principal = await principalArn(client, request);
  if (!principal) return nothing;
  const { partition } = parse(caller.Arn);
  const place = { partition, region, account: caller.Account };
  const known = {
    'aws:RequestedRegion': region,
    'ec2:Region': region,
    ...(sourceIp && { 'aws:SourceIp': sourceIp }),
  };

  async function simulate(question: Omit<SimulatorQuestion, 'context'>, context = {}): Promise<Evaluation[]> {
    if (question.actions.length === 0) return [];
    const answer = await client.simulate(principal ?? '', { ...question, context: { ...known, ...context } });
    return answer.kind === 'done' ? answer.output : [];
  }

  /** On which kinds tags may be set, each asked about as a build sets them. */
  async function simulateTags(): Promise<Evaluation[]> {
    const answers = await Promise.all(
      tagging(partition).map(({ kinds, action }) =>
        simulate(
          { actions: [createTags], resourceArns: arnsOf(kinds, place) },
          action && { 'ec2:CreateAction': action.slice('ec2:'.length) },
        ),
      ),
    );
    return answers.flat();
  }

  const global = actions.filter(isGlobal);
  // Services for all regions are asked in the home region of the partition.
  const atHome = { 'aws:RequestedRegion': homeRegion(region) };

  /** Actions on resources that a profile names, those of the same resources at once. */
  async function simulatePlaced(): Promise<[string, Witness][]> {
    const byPlace = [
      ...Map.groupBy(placed, ({ action, on }) => [isGlobal(action), ...on].join('\n')).values(),
    ];
    const answers = await Promise.all(
      byPlace.map(async (some) => {
        const on = some[0]?.on ?? [];
        const resourceArns = filledIn(on, place);
        const about = { actions: some.map(({ action }) => action), resourceArns };
        const isHome = some.some(({ action }) => isGlobal(action));
        const evaluations = await simulate(about, isHome ? atHome : {});
        return evaluations.map((evaluation): [string, Witness] => [
          placeKey({ action: evaluation.EvalActionName, on }),
          witnessOn(resourceArns, evaluation),
        ]);
      }),
    );
    return answers.flat();
  }
  const [all, ofIam, onPlaces] = await Promise.all([
    client.simulate(principal, {
      actions: [...actions.filter((action) => !global.includes(action)), ...Object.keys(sentinels)],
      context: known,
    }),
    simulate({ actions: global }, atHome),
    simulatePlaced(),
  ]);
  if (all.kind !== 'done') return { ...nothing, principal };
  const evaluations = new Map(
    [...all.output, ...ofIam].map((evaluation) => [evaluation.EvalActionName, evaluation]),
  );
  const which = (applies: (evaluation: Evaluation) => boolean) =>
    actions.filter((action) => {
      const evaluation = evaluations.get(action);
      return evaluation && applies(evaluation);
    });
  // An explicit denial may stand in any layer; an implicit one that names none is for want of a grant on all resources.
  const forbidden = which((each) => each.EvalDecision === 'explicitDeny' && !namesLayer(each));
  const ungranted = which((each) => each.EvalDecision === 'implicitDeny' && !namesLayer(each));
  const bounded = which((each) => each.EvalDecision === 'implicitDeny' && deniesInBoundary(each));
  const [withoutScps, withoutBoundary, unbounded, onResources, onTags] = await Promise.all([
    simulate({ actions: forbidden, exclude: 'scp' }),
    simulate({ actions: forbidden, exclude: 'permission-boundary' }),
    // A grant on named kinds reads as a denial on all, so the kinds are asked about one by one.
    simulate({
      actions: bounded.filter((action) => action !== createTags),
      exclude: 'permission-boundary',
      resourceArns: arnsOf(undefined, place),
    }),
    simulate({
      actions: ungranted.filter((action) => action !== createTags),
      resourceArns: arnsOf(undefined, place),
    }),
    ungranted.includes(createTags) ? simulateTags() : [],
  ]);
  const allowedIn = (answers: readonly Evaluation[]) =>
    new Set(
      answers
        .filter(({ EvalDecision }) => EvalDecision === 'allowed')
        .map(({ EvalActionName }) => EvalActionName),
    );
  const [byScp, byBoundary] = [allowedIn(withoutScps), allowedIn(withoutBoundary)];
  const lackedByPolicies = new Set(
    unbounded
      .filter((each) => each.EvalDecision !== 'allowed' && allowedResources(each).length === 0)
      .map(({ EvalActionName }) => EvalActionName),
  );
  const narrower = Map.groupBy([...onResources, ...onTags], ({ EvalActionName }) => EvalActionName);

  function witness(action: string, evaluation: Evaluation): Witness {
    const specific = narrower.get(action) ?? [];
    const allowedOn = [...new Set(specific.flatMap(allowedResources))];
    // Asked about without the action that sets tags, a grant that names it always misses it.
    const asked = action === createTags && specific.length > 0 ? specific : [evaluation, ...specific];
    const quarantine = quarantineOf(evaluation);
    const deniedBy = byScp.has(action)
      ? ('service-control-policy' as const)
      : byBoundary.has(action)
        ? ('permissions-boundary' as const)
        : undefined;
    return {
      evaluation,
      allowedOn,
      coversAction: covers(action, allowedOn, partition),
      unknownKeys: [...new Set(asked.flatMap(unknownKeysOf))],
      ...(deniedBy && { deniedBy }),
      ...(quarantine && { quarantine }),
      lacksBoth: lackedByPolicies.has(action),
    };
  }
  const witnesses = actions.flatMap((action) => {
    const evaluation = evaluations.get(action);
    return evaluation ? [[action, witness(action, evaluation)] as const] : [];
  });
  const excess = Object.entries(sentinels)
    .filter(([action]) => !actions.includes(action))
    .filter(([action]) => evaluations.get(action)?.EvalDecision === 'allowed')
    .map(([, words]) => words);
  return {
    answered: true,
    principal,
    witnesses: new Map(witnesses),
    placed: new Map(onPlaces),
    excess: [...new Set(excess)],
  };
}
