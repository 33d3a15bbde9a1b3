import type { Requirement } from '../../catalog/profile.ts';
import type { BillingInfo, ComputeProject, GoogleAnswer, Key } from './answers.ts';
import type { Explanation } from './bindings.ts';
import type { GoogleClient, Resource } from './client.ts';
import type { GoogleCredential } from './credentials.ts';
import { homeOf } from './home.ts';
import { type PlaceKind, placeOf } from './places.ts';
import type { Test } from './read-answers.ts';

export const actAs = 'iam.serviceAccounts.actAs';
const apiPrefix = 'prerequisite:api/';

/** The API that a requirement is about; undefined where it is about something else. */
export const apiOf = ({ id }: Requirement) =>
  id.startsWith(apiPrefix) ? id.slice(apiPrefix.length) : undefined;

/** Rights to look behind the answers; tested with the rest, so that what would be refused is not asked for. */
const mayReadPolicy = 'resourcemanager.projects.getIamPolicy';
const mayReadKey = 'iam.serviceAccountKeys.get';

/** What a verification asked first, before it looks for reasons. */
export type Seen = {
  readonly services: GoogleAnswer<ReadonlyMap<string, string>>;
  readonly compute: GoogleAnswer<ComputeProject>;
  readonly billing: GoogleAnswer<BillingInfo>;
  readonly tests: Tests;
};

export type Tests = {
  readonly project: Test;
  /** On the service account that build machines run as; undefined where it is not known which, or none is. */
  readonly account: Test | undefined;
  /** On the network of the host project: its subnetwork, or else the host project itself. */
  readonly network: Test | undefined;
  /** On the host project itself. */
  readonly host: Test | undefined;
  /** On buckets, by their names. */
  readonly buckets: ReadonlyMap<string, Test>;
};

/** All that needs no other answer, at once; the account of build machines once Compute Engine has told which it is. */
export async function look(
  client: GoogleClient,
  credential: GoogleCredential,
  requirements: readonly Requirement[],
): Promise<Seen> {
  const { projectId, hostProjectId, subnetwork } = credential;
  const apis = requirements.flatMap((requirement) => apiOf(requirement) ?? []);
  const permissions = requirements.filter(({ id }) => !id.startsWith('prerequisite:'));
  const idsOn = (...kinds: readonly PlaceKind[]) => [
    ...new Set(permissions.filter((entry) => kinds.includes(placeOf(entry).kind)).map(({ id }) => id)),
  ];
  const [onNetwork, onHost, onAccount] = [
    idsOn('subnetwork'),
    idsOn('host-project'),
    idsOn('service-account'),
  ];
  const onProject = idsOn('project', 'service-account');
  const hostScope = `host project ${hostProjectId}`;
  const testHost = async (place: Resource, wanted: readonly string[], scope: string) =>
    wanted.length > 0 ? { scope, wanted, answer: await client.test(place, wanted) } : undefined;
  const computing = client.computeProject(projectId);
  const [project, account, network, host, buckets, services, compute, billing] = await Promise.all([
    client.test({ kind: 'project', id: projectId }, [...onProject, mayReadPolicy, mayReadKey]),
    onAccount.length > 0 ? testAccount(client, credential, { computing, wanted: onAccount }) : undefined,
    hostProjectId
      ? testHost(
          networkOf(hostProjectId, subnetwork),
          onNetwork,
          subnetwork ? `subnetwork ${subnetwork} of ${hostScope}` : hostScope,
        )
      : undefined,
    hostProjectId ? testHost({ kind: 'project', id: hostProjectId }, onHost, hostScope) : undefined,
    testBuckets(client, permissions),
    client.services(projectId, apis),
    computing,
    client.billing(projectId),
  ]);
  return {
    services,
    compute,
    billing,
    tests: {
      project: {
        scope: `project ${projectId}`,
        wanted: idsOn('project'),
        answer: project,
      },
      account,
      network,
      host,
      buckets,
    },
  };
}

/** A grant on the subnetwork is enough; a name of another resource would spoil the question, so only its own are asked. */
function networkOf(project: string, subnetwork: string | undefined): Resource {
  const [region, name] = subnetwork?.split('/') ?? [];
  return region && name ? { kind: 'subnetwork', project, region, name } : { kind: 'project', id: project };
}

/** Tests what is needed on the account that build machines run as: the one that was entered, or the default one of the project. */
async function testAccount(
  client: GoogleClient,
  { instanceServiceAccount }: GoogleCredential,
  { computing, wanted }: { computing: Promise<GoogleAnswer<ComputeProject>>; wanted: readonly string[] },
): Promise<Test | undefined> {
  const email = instanceServiceAccount ?? defaultAccount(await computing);
  if (!email) return undefined;
  const answer = await client.test({ kind: 'service-account', email, project: homeOf(email) }, wanted);
  return { scope: `service account ${email}`, wanted, answer };
}

/** Tests on each bucket that profiles name. */
async function testBuckets(
  client: GoogleClient,
  permissions: readonly Requirement[],
): Promise<ReadonlyMap<string, Test>> {
  const byName = Map.groupBy(permissions, (entry) => placeOf(entry).name);
  const tests = [...byName].map(async ([name, some]): Promise<[string, Test][]> => {
    if (name === undefined) return [];
    const wanted = some.map(({ id }) => id);
    const answer = await client.test({ kind: 'bucket', name }, wanted);
    return [[name, { scope: `bucket ${name}`, wanted, answer }]];
  });
  return new Map((await Promise.all(tests)).flat());
}

const defaultAccount = (compute: GoogleAnswer<ComputeProject>) =>
  compute.kind === 'done' ? compute.output.defaultServiceAccount : undefined;

/** Reads what explains the answers, as far as the account may. */
export async function lookForReasons(
  client: GoogleClient,
  credential: GoogleCredential,
  { project, account, network, host, buckets }: Tests,
): Promise<{ reasons: Explanation; key: Key | undefined }> {
  const { projectId, clientEmail } = credential;
  const keyId = credential.authentication === 'key-file' ? credential.privateKeyId : undefined;
  const mayRead = (permission: string) =>
    project.answer.kind === 'done' && project.answer.output.held.includes(permission);
  const lacks = [project, account, network, host, ...buckets.values()].some(
    (test) => test?.answer.kind === 'done' && !isHeldAll(test.wanted, test.answer.output.held),
  );
  const [policy, denyPolicies, key] = await Promise.all([
    mayRead(mayReadPolicy) ? client.policy(projectId) : undefined,
    lacks ? client.denyPolicies(projectId) : undefined,
    keyId && mayRead(mayReadKey) ? client.key(clientEmail, keyId) : undefined,
  ]);
  return {
    reasons: {
      member: `serviceAccount:${clientEmail}`,
      policy: policy?.kind === 'done' ? policy.output : undefined,
      denyPolicies: denyPolicies?.kind === 'done' ? denyPolicies.output : undefined,
    },
    key: key?.kind === 'done' ? key.output : undefined,
  };
}

const isHeldAll = (wanted: readonly string[], held: readonly string[]) =>
  wanted.every((permission) => held.includes(permission));
