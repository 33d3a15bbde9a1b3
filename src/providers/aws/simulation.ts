import { parse } from '@aws-sdk/util-arn-parser';
import type { Identity } from '../../verification/verification.ts';
import type { CallerIdentity, Evaluation } from './answers.ts';
import type { AwsClient } from './client.ts';
import type { Layer } from './words.ts';

/** What the policy simulator tells about one action. */
export type Witness = {
  readonly evaluation: Evaluation;
  /** The layer without which the action would be allowed. */
  readonly deniedBy?: Layer;
  /** Kinds of resources on which it is allowed, where it is not on all. */
  readonly allowedOn: readonly string[];
  /** Whether these are all the kinds that the action concerns at once. */
  readonly coversAction: boolean;
};

export type Simulation = {
  /** False when this credential may not ask the simulator, which is the documented normal case. */
  readonly answered: boolean;
  /** The user or role behind the caller, with its path, where that could be read. */
  readonly principal?: string;
  readonly witnesses: ReadonlyMap<string, Witness>;
  /** In words, what the credential may do far beyond what image builds need. */
  readonly excess: readonly string[];
};

export type SimulationRequest = {
  readonly identity: Identity;
  readonly caller: CallerIdentity;
  readonly region: string;
  readonly actions: readonly string[];
};

/** Actions that no image build needs; whoever may do them may do far more. */
const sentinels: Readonly<Record<string, string>> = {
  'iam:CreateUser': 'manage users and permissions (iam)',
  'iam:AttachUserPolicy': 'manage users and permissions (iam)',
  'ec2:DeleteVpc': 'change and delete networks (ec2)',
  's3:DeleteBucket': 'delete storage (s3)',
};

/**
 * The kinds of resources that must all be allowed for one call; the other actions concern one at a time.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
const kindsAtOnce: Readonly<Record<string, readonly string[]>> = {
  'ec2:AttachVolume': ['instance', 'volume'],
  'ec2:CopyImage': ['image', 'snapshot'],
  'ec2:CreateFleet': ['instance', 'launch-template'],
  'ec2:CreateImage': ['image', 'instance', 'snapshot'],
  'ec2:CreateSecurityGroup': ['security-group', 'vpc'],
  'ec2:CreateSnapshot': ['snapshot', 'volume'],
  'ec2:DetachVolume': ['instance', 'volume'],
  'ec2:RunInstances': ['image', 'instance', 'network-interface', 'security-group', 'subnet', 'volume'],
};

function covers(action: string, allowedOn: readonly string[]): boolean {
  const kinds = kindsAtOnce[action] ?? [];
  return allowedOn.length > 0 && kinds.every((kind) => allowedOn.some((arn) => arn.endsWith(`:${kind}/*`)));
}

const nothing = { answered: false, witnesses: new Map(), excess: [] };

/** The kinds of resources that the actions of the catalogue concern, in this account and region. */
function resourceTemplates({ caller, region }: SimulationRequest): string[] {
  const { partition } = parse(caller.Arn);
  const owned = [
    'instance',
    'key-pair',
    'launch-template',
    'network-interface',
    'security-group',
    'subnet',
    'volume',
    'vpc',
  ];
  const base = `arn:${partition}:ec2:${region}`;
  // Images and snapshots have no account in their ARNs.
  return [
    ...owned.map((kind) => `${base}:${caller.Account}:${kind}/*`),
    `${base}::image/*`,
    `${base}::snapshot/*`,
  ];
}

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

/** Whether an evaluation itself says that the organisation or the boundary denies. */
function namesLayer({
  OrganizationsDecisionDetail: scp,
  PermissionsBoundaryDecisionDetail: boundary,
}: Evaluation): boolean {
  return scp?.AllowedByOrganizations === false || boundary?.AllowedByPermissionsBoundary === false;
}

function allowedResources({ ResourceSpecificResults: results = [] }: Evaluation): string[] {
  return results
    .filter((result) => result.EvalResourceDecision === 'allowed')
    .map((result) => result.EvalResourceName);
}

/** Asks about all actions at once, and about those that are denied again: on what, and by which layer. */
export async function askSimulator(client: AwsClient, request: SimulationRequest): Promise<Simulation> {
  const principal = await principalArn(client, request);
  if (!principal) return nothing;
  const all = await client.simulate(principal, { actions: [...request.actions, ...Object.keys(sentinels)] });
  if (all.kind !== 'done') return { ...nothing, principal };
  const evaluations = new Map(all.output.map((evaluation) => [evaluation.EvalActionName, evaluation]));
  const decided = (decision: Evaluation['EvalDecision']) =>
    request.actions.filter((action) => {
      const evaluation = evaluations.get(action);
      return evaluation?.EvalDecision === decision && !namesLayer(evaluation);
    });
  // An explicit denial may stand in any layer; an implicit one that names none is for want of a grant on all resources.
  const [forbidden, ungranted] = [decided('explicitDeny'), decided('implicitDeny')];
  const resourceArns = resourceTemplates(request);
  const [withoutScps, withoutBoundary, onResources] = await Promise.all([
    forbidden.length > 0 ? client.simulate(principal, { actions: forbidden, exclude: 'scp' }) : undefined,
    forbidden.length > 0
      ? client.simulate(principal, { actions: forbidden, exclude: 'permission-boundary' })
      : undefined,
    ungranted.length > 0 ? client.simulate(principal, { actions: ungranted, resourceArns }) : undefined,
  ]);
  const allowedIn = (answer: typeof withoutScps) =>
    new Set(
      answer?.kind === 'done'
        ? answer.output
            .filter(({ EvalDecision }) => EvalDecision === 'allowed')
            .map(({ EvalActionName }) => EvalActionName)
        : [],
    );
  const [byScp, byBoundary] = [allowedIn(withoutScps), allowedIn(withoutBoundary)];
  const resources = new Map(
    onResources?.kind === 'done'
      ? onResources.output.map((evaluation) => [evaluation.EvalActionName, allowedResources(evaluation)])
      : [],
  );

  function witness(action: string, evaluation: Evaluation): Witness {
    const allowedOn = resources.get(action) ?? [];
    const witness = { evaluation, allowedOn, coversAction: covers(action, allowedOn) };
    if (byScp.has(action)) return { ...witness, deniedBy: 'service-control-policy' };
    if (byBoundary.has(action)) return { ...witness, deniedBy: 'permissions-boundary' };
    return witness;
  }
  const witnesses = request.actions.flatMap((action) => {
    const evaluation = evaluations.get(action);
    return evaluation ? [[action, witness(action, evaluation)] as const] : [];
  });
  const excess = Object.entries(sentinels)
    .filter(([action]) => evaluations.get(action)?.EvalDecision === 'allowed')
    .map(([, words]) => words);
  return { answered: true, principal, witnesses: new Map(witnesses), excess: [...new Set(excess)] };
}
