import pLimit from 'p-limit';
import { defaultProfile, type Requirement } from '../../catalog/profile.ts';
import { shippedProfiles } from '../../catalog/shipped.ts';
import type { CheckRequest } from '../provider.ts';
import { keylessNote } from '../workload.ts';
import type { AzureAnswer, RoleAssignment } from './answers.ts';
import { type Assigned, onSubscription, readAssignments, unknownRoles } from './assignments.ts';
import { type AzureClient, createAzureClient } from './client.ts';
import { type AzureSettings, endpointsOf } from './clouds.ts';
import { AzureCredential, targetOf } from './credentials.ts';
import { asData, onData } from './data-operations.ts';
import { asKnown, isOperation, type KnownOperations, namespacesOf } from './known-operations.ts';
import { readLocks } from './locks.ts';
import type { Observations } from './observations.ts';
import { readResourceProvider, readSubscription } from './prerequisites.ts';
import { readOperation, readRole } from './read-answers.ts';
import { renewSecret } from './remediation.ts';
import { coverRole } from './rights.ts';
import { administrators, contributorSet } from './roles.ts';
import { type Session, signIn } from './sign-in.ts';
import { entraCode, expiredSecret, tokenRefused } from './sign-in-errors.ts';

const providerPrefix = 'prerequisite:provider/';
const subscriptionEnabled = 'prerequisite:subscription-enabled';
const noLock = 'prerequisite:no-lock';
const documentedRole = 'role:Contributor';

/** Signs in, asks six questions at once, and emits one answer for each requirement. */
export async function checkSubscription(request: CheckRequest, settings: AzureSettings): Promise<void> {
  const { emit, signal, callTimeoutMs } = request;
  const credential = AzureCredential.parse(request.credential);
  const { subscriptionId, clientId } = credential;
  const endpoints = endpointsOf(credential.cloud, settings);
  const { secretExpiresOn: expiresOn } = credential;
  if (expiresOn) emit({ type: 'credential', dates: { expiresOn } });
  const session = await signIn(credential, endpoints, request).catch((error: unknown) => {
    if (error instanceof Error && entraCode(error.message) === expiredSecret) {
      emit({ type: 'offer', remediation: renewSecret(clientId, targetOf(credential)) });
      // A day to come that was entered is wrong, and Entra ID does not tell the right one.
      if (expiresOn && expiresOn > new Date().toISOString()) emit({ type: 'credential', dates: {} });
    }
    throw error;
  });
  const client = createAzureClient({
    subscriptionId,
    ...endpoints,
    accessToken: session.accessToken,
    signal,
    callTimeoutMs,
    onCall: () => emit({ type: 'call' }),
  });
  const target = targetOf(credential);
  const identity = { id: session.objectId ?? clientId, kind: 'service-principal', name: clientId } as const;
  emit({ type: 'identity', identity, target });
  if (credential.authentication === 'federated')
    emit({ type: 'note', text: keylessNote('the service principal') });

  await Promise.all([
    Promise.all([
      observe(client, session, subscriptionId),
      knownOperations(client, request.requirements),
    ]).then(([seen, known]) => answerRights(seen, known, request, credential)),
    answerPrerequisites(client, request, (displayName) =>
      emit({ type: 'identity', identity, target: { ...target, name: displayName } }),
    ),
  ]);
}

/** Tells of the documented role and of each operation, and what is said beside them. */
function answerRights(
  seen: Observations,
  known: KnownOperations,
  { requirements, emit }: CheckRequest,
  credential: AzureCredential,
): void {
  // Of profiles with another role nothing follows for this one.
  const needed = requirements
    .filter(({ id, on, level }) => documentedOperations.has(id) && !on && level !== 'optional')
    .map(({ id }) => id);
  const seenData = asData(seen);
  for (const requirement of requirements) {
    const { id, group, on } = requirement;
    if (id === documentedRole)
      emit({ type: 'answer', answer: { requirement: id, group, ...readRole(seen, needed) } });
    if (!isOperation(requirement)) continue;
    const told = on ? onData(readOperation(seenData, id)) : readOperation(seen, id);
    emit({ type: 'answer', answer: { requirement: id, group, ...asKnown(requirement, told, known) } });
  }
  for (const text of notesOn(seen, credential)) emit({ type: 'note', text });
}

/** Azure's own lists of operations, where a profile names some that do not ship. */
async function knownOperations(
  client: AzureClient,
  requirements: readonly Requirement[],
): Promise<KnownOperations> {
  const asked = namespacesOf(requirements).map(
    async (namespace) => [namespace, await client.operations(namespace)] as const,
  );
  return new Map(await Promise.all(asked));
}

/** The operations of the documented profile, which its one role gives. */
const documentedOperations = new Set(
  shippedProfiles('azure')
    .find(({ id }) => id === defaultProfile)
    ?.requirements.filter(isOperation)
    .map(({ id }) => id),
);

/** Asks for everything that tells of rights; throws when the token itself is refused. */
async function observe(
  client: AzureClient,
  { objectId }: Session,
  subscriptionId: string,
): Promise<Observations> {
  const unnamed: AzureAnswer<never> = { kind: 'unreachable', message: 'hid who signed in' };
  const [permissions, assignments, denyAssignments] = await Promise.all([
    client.permissions(),
    objectId ? client.roleAssignments(objectId) : unnamed,
    client.denyAssignments(),
  ]);
  if (permissions.kind === 'refused' && permissions.status === 401) throw tokenRefused(permissions.code);
  const [assigned, resourceGroups] = await Promise.all([
    withRoles(client, assignments, subscriptionId),
    // Whoever has a role on a resource group alone may not read where: the groups that it sees tell instead.
    assignments.kind === 'refused' && !covers(permissions) ? visibleGroups(client) : [],
  ]);
  return { subscriptionId, objectId, permissions, assigned, denyAssignments, resourceGroups };
}

/** Roles that are looked up at once; a subscription can have thousands of its own, a principal rarely more than ten. */
const lookupsAtOnce = 8;

async function withRoles(
  client: AzureClient,
  assignments: AzureAnswer<RoleAssignment[]>,
  subscriptionId: string,
): Promise<AzureAnswer<Assigned[]>> {
  if (assignments.kind !== 'done') return assignments;
  const limit = pLimit(lookupsAtOnce);
  const answers = await limit.map(unknownRoles(assignments.output), (id) => client.role(id));
  const roles = answers.flatMap((answer) => (answer.kind === 'done' ? [answer.output] : []));
  return { kind: 'done', output: readAssignments(assignments.output, roles, subscriptionId) };
}

function covers(permissions: Observations['permissions']): boolean {
  return permissions.kind === 'done' && coverRole(permissions.output, contributorSet);
}

async function visibleGroups(client: AzureClient): Promise<string[]> {
  const groups = await client.resourceGroups();
  return groups.kind === 'done' ? groups.output : [];
}

async function answerPrerequisites(
  client: AzureClient,
  { requirements, emit }: CheckRequest,
  onName: (displayName: string) => void,
): Promise<void> {
  const [subscription, providers, locks] = await Promise.all([
    client.subscription(),
    client.resourceProviders(),
    client.locks(),
  ]);
  if (subscription.kind === 'done' && subscription.output.displayName)
    onName(subscription.output.displayName);
  for (const { id } of requirements) {
    if (id === subscriptionEnabled)
      emit({ type: 'answer', answer: { requirement: id, ...readSubscription(subscription) } });
    if (id === noLock) emit({ type: 'answer', answer: { requirement: id, ...readLocks(locks) } });
    if (!id.startsWith(providerPrefix)) continue;
    const answer = readResourceProvider(providers, id.slice(providerPrefix.length));
    emit({ type: 'answer', answer: { requirement: id, ...answer } });
  }
}

/** Days before the end of a secret from which every verification mentions it. */
const warnDays = 30;

/** What is said beside the findings. */
function* notesOn({ assigned }: Observations, { secretExpiresOn }: AzureCredential): Generator<string> {
  const roles = assigned.kind === 'done' ? onSubscription(assigned.output).map(({ role }) => role.id) : [];
  const excess = administrators.filter(({ id }) => roles.includes(id)).map(({ name }) => name);
  if (excess.length > 0) {
    yield `This credential may also give roles away (${excess.join(', ')}), which XOAP does not need.`;
  }
  if (secretExpiresOn) {
    const days = Math.ceil((Date.parse(secretExpiresOn) - Date.now()) / 86_400_000);
    const when = days < 0 ? 'expired' : 'expires';
    if (days <= warnDays)
      yield `The client secret ${when} on ${secretExpiresOn}, as entered with the connection.`;
  }
}
