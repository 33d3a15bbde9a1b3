import { parse } from '@aws-sdk/util-arn-parser';
import type { Identity } from '../../verification/verification.ts';
import type { CallerIdentity, Evaluation } from './answers.ts';
import type { AwsClient } from './client.ts';
import { arnsOf, kindsAtOnce } from './kinds.ts';
import { atHome, isGlobal, type Placed, type Simulate, simulatePlaced } from './placed.ts';
import { createTags } from './places.ts';
import { tagging } from './tagging.ts';
import { quarantineOf, unknownKeysOf, type Witness } from './witness.ts';

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

function covers(action: string, allowedOn: readonly string[], partition: string): boolean {
  const kinds =
    action === createTags ? tagging(partition).flatMap((each) => each.kinds) : (kindsAtOnce[action] ?? []);
  return allowedOn.length > 0 && kinds.every((kind) => allowedOn.some((arn) => arn.endsWith(`:${kind}/*`)));
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

  const simulate: Simulate = async (question, context = {}) => {
    if (question.actions.length === 0) return [];
    const answer = await client.simulate(principal, { ...question, context: { ...known, ...context } });
    return answer.kind === 'done' ? answer.output : [];
  };

  /** On which kinds tags may be set, each asked about as a build sets them. */
  async function simulateTags(): Promise<Evaluation[]> {
    const answers = await Promise.all(
      tagging(partition).map(({ kinds, action }) =>
        simulate(
          { actions: [createTags], resourceArns: arnsOf(kinds, place) },
          action ? { 'ec2:CreateAction': action.slice('ec2:'.length) } : {},
        ),
      ),
    );
    return answers.flat();
  }

  const global = actions.filter(isGlobal);
  const [all, ofIam, onPlaces] = await Promise.all([
    client.simulate(principal, {
      actions: [...actions.filter((action) => !global.includes(action)), ...Object.keys(sentinels)],
      context: known,
    }),
    simulate({ actions: global }, atHome(region)),
    simulatePlaced(placed, place, simulate),
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
