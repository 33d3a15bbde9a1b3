import type { CheckRequest } from '../provider.ts';
import type { AzureAnswer } from './answers.ts';
import { type Assigned, onSubscription, readAssignments } from './assignments.ts';
import { type Observations, readOperation, readRole } from './check.ts';
import { type AzureClient, createAzureClient } from './client.ts';
import { type AzureSettings, endpointsOf } from './clouds.ts';
import { AzureCredential } from './credentials.ts';
import { readResourceProvider, readSubscription } from './prerequisites.ts';
import { renewSecret } from './remediation.ts';
import { administrators, type Role } from './roles.ts';
import { type Session, signIn } from './sign-in.ts';
import { entraCode, expiredSecret, tokenRefused } from './sign-in-errors.ts';

const providerPrefix = 'prerequisite:provider/';
const subscriptionEnabled = 'prerequisite:subscription-enabled';
const documentedRole = 'role:Contributor';

/** Signs in, asks six questions at once, and emits one answer for each requirement. */
export async function checkSubscription(request: CheckRequest, settings: AzureSettings): Promise<void> {
  const { emit, signal, callTimeoutMs } = request;
  const credential = AzureCredential.parse(request.credential);
  const { subscriptionId, clientId } = credential;
  const endpoints = endpointsOf(credential.cloud, settings);
  const session = await signIn(credential, endpoints, request).catch((error: unknown) => {
    if (error instanceof Error && entraCode(error.message) === expiredSecret)
      emit({ type: 'offer', remediation: renewSecret(clientId) });
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
  const target = { subscription: subscriptionId };
  const identity = { id: session.objectId ?? clientId, kind: 'service-principal', name: clientId } as const;
  emit({ type: 'identity', identity, target });

  await Promise.all([
    observe(client, session, subscriptionId).then((seen) => answerRights(seen, request, credential)),
    answerPrerequisites(client, request, (displayName) =>
      emit({ type: 'identity', identity, target: { ...target, name: displayName } }),
    ),
  ]);
}

/** Tells of the documented role and of each operation, and what is said beside them. */
function answerRights(
  seen: Observations,
  { requirements, emit }: CheckRequest,
  credential: AzureCredential,
): void {
  const operations = requirements.filter(
    ({ id, level }) => id.startsWith('Microsoft.') && level !== 'optional',
  );
  const needed = operations.map(({ id }) => id);
  for (const { id } of requirements) {
    if (id === documentedRole)
      emit({ type: 'answer', answer: { requirement: id, ...readRole(seen, needed) } });
    if (id.startsWith('Microsoft.'))
      emit({ type: 'answer', answer: { requirement: id, ...readOperation(seen, id) } });
  }
  for (const text of notesOn(seen, credential)) emit({ type: 'note', text });
}

/** Asks for everything that tells of rights; throws when the token itself is refused. */
async function observe(
  client: AzureClient,
  { objectId }: Session,
  subscriptionId: string,
): Promise<Observations> {
  const unnamed: AzureAnswer<never> = { kind: 'unreachable', message: 'hid who signed in' };
  const [permissions, assignments, customRoles, denyAssignments] = await Promise.all([
    client.permissions(),
    objectId ? client.roleAssignments(objectId) : unnamed,
    client.customRoles(),
    client.denyAssignments(),
  ]);
  if (permissions.kind === 'refused' && permissions.status === 401) throw tokenRefused(permissions.code);
  const roles: readonly Role[] = customRoles.kind === 'done' ? customRoles.output : [];
  const assigned: AzureAnswer<Assigned[]> =
    assignments.kind === 'done'
      ? { kind: 'done', output: readAssignments(assignments.output, roles, subscriptionId) }
      : assignments;
  // Whoever has a role on a resource group alone may not read where: the groups that it sees tell instead.
  const isBare = permissions.kind === 'done' && permissions.output.length === 0;
  const visible = isBare && assigned.kind === 'refused' ? await client.resourceGroups() : undefined;
  const resourceGroups = visible?.kind === 'done' ? visible.output : [];
  return { subscriptionId, objectId, permissions, assigned, denyAssignments, resourceGroups };
}

async function answerPrerequisites(
  client: AzureClient,
  { requirements, emit }: CheckRequest,
  onName: (displayName: string) => void,
): Promise<void> {
  const [subscription, providers] = await Promise.all([client.subscription(), client.resourceProviders()]);
  if (subscription.kind === 'done' && subscription.output.displayName)
    onName(subscription.output.displayName);
  for (const { id } of requirements) {
    if (id === subscriptionEnabled)
      emit({ type: 'answer', answer: { requirement: id, ...readSubscription(subscription) } });
    if (!id.startsWith(providerPrefix)) continue;
    const told = readResourceProvider(providers, id.slice(providerPrefix.length));
    emit({ type: 'answer', answer: { requirement: id, ...told } });
  }
}

/** Days before the end of a secret from which every verification mentions it. */
const warnDays = 30;

/** What is said beside the findings. */
function* notesOn({ assigned }: Observations, { secretExpiresOn }: AzureCredential): Generator<string> {
  const roles = assigned.kind === 'done' ? onSubscription(assigned.output).map(({ role }) => role.id) : [];
  const excess = administrators.filter(({ id }) => roles.includes(id)).map(({ name }) => name);
  if (excess.length > 0) {
    yield `This credential may also give roles away (${excess.join(', ')}), which builds do not need: Contributor is enough.`;
  }
  if (secretExpiresOn) {
    const days = Math.ceil((Date.parse(secretExpiresOn) - Date.now()) / 86_400_000);
    if (days <= warnDays)
      yield `The client secret expires on ${secretExpiresOn}, as entered with the connection.`;
  }
}
