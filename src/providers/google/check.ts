import type { Requirement } from '../../catalog/catalog.ts';
import { AppError } from '../../errors.ts';
import type { AnswerParts, CheckRequest } from '../provider.ts';
import type { GoogleAnswer } from './answers.ts';
import { readApi } from './apis.ts';
import { createGoogleClient, type GoogleClient } from './client.ts';
import { GoogleCredential } from './credentials.ts';
import { notesOn } from './notes.ts';
import { type Explanation, inconclusive, readActAs, readPermission, type Test } from './read-answers.ts';
import type { GoogleSettings } from './settings.ts';
import { signIn } from './sign-in.ts';

const computeApi = 'compute.googleapis.com';
const networkUser = 'roles/compute.networkUser';
const actAs = 'iam.serviceAccounts.actAs';
const apiPrefix = 'prerequisite:api/';

/** Rights to look behind the answers; tested with the rest, so that what would be refused is not asked for. */
const mayReadPolicy = 'resourcemanager.projects.getIamPolicy';
const mayReadKey = 'iam.serviceAccountKeys.get';

/** Calls of one verification; what explains an answer gets what the answers left of them. */
const mostCalls = 6;

type Tests = { readonly project: Test; readonly account: Test; readonly host: Test | undefined };

/** Signs in, tests, looks for reasons, and emits one answer for each requirement. */
export async function checkProject(request: CheckRequest, settings: GoogleSettings): Promise<void> {
  const { requirements, emit, signal, callTimeoutMs } = request;
  const credential = GoogleCredential.parse(request.credential);
  const { projectId, hostProjectId, clientEmail } = credential;
  let calls = 0;
  const onCall = () => {
    calls += 1;
    emit({ type: 'call' });
  };
  const jwt = await signIn(credential, settings, { signal, callTimeoutMs, onCall });
  emit({
    type: 'identity',
    identity: { id: clientEmail, kind: 'service-account', name: clientEmail },
    target: { project: projectId, ...(hostProjectId && { hostProject: hostProjectId }) },
  });
  const client = createGoogleClient({ jwt, signal, callTimeoutMs });
  const apis = requirements.filter(({ id }) => id.startsWith(apiPrefix)).map(apiOf);
  const [tests, services] = await Promise.all([
    runTests(client, credential, requirements),
    client.services(projectId, apis),
  ]);
  assertReachable(tests.project, projectId);

  const reasons = reasonsToAsk(tests, services).slice(0, Math.max(0, mostCalls - calls));
  const asking = <Output>(reason: Reason, ask: () => Promise<Output>) =>
    reasons.includes(reason) ? ask() : undefined;
  const [compute, policy, denyPolicies, key] = await Promise.all([
    asking('compute', () => client.computeProject(projectId)),
    asking('policy', () => client.policy(projectId)),
    asking('deny-policies', () => client.denyPolicies(projectId)),
    asking('key', () => client.key(clientEmail, credential.privateKeyId)),
  ]);
  const seen = {
    member: `serviceAccount:${clientEmail}`,
    policy: policy?.kind === 'done' ? policy.output : undefined,
    denyPolicies: denyPolicies?.kind === 'done' ? denyPolicies.output : undefined,
  };
  const direct: Record<string, GoogleAnswer<unknown> | undefined> = {
    [computeApi]: compute,
    'cloudresourcemanager.googleapis.com': tests.project.answer,
    'iam.googleapis.com': tests.account.answer,
  };
  // These two count in the project that the caller belongs to; the others where they are used.
  const home = homeOf(clientEmail) ?? projectId;
  const projectOf = (api: string) => (callersApis.includes(api) ? home : projectId);
  for (const requirement of requirements) {
    const { id, group } = requirement;
    const answer = id.startsWith(apiPrefix)
      ? readApi(apiOf(requirement), projectOf(apiOf(requirement)), {
          services,
          direct: direct[apiOf(requirement)],
        })
      : readTested(requirement, tests, { credential, seen });
    emit({ type: 'answer', answer: { requirement: id, group, ...answer } });
  }
  const made = key?.kind === 'done' ? key.output : undefined;
  for (const text of notesOn(seen, made)) emit({ type: 'note', text });
  if (made) emit({ type: 'credential', dates: datesOf(made) });
}

const callersApis = ['cloudresourcemanager.googleapis.com', 'iam.googleapis.com'];

/** The project that a service account lies in, where its address tells; those of Google’s services do not. */
function homeOf(email: string): string | undefined {
  const domain = /@(.+)\.iam\.gserviceaccount\.com$/.exec(email)?.[1];
  // A project of a domain is turned around here: name@project.example.com.iam… lies in example.com:project.
  const [name, ...rest] = domain?.split('.') ?? [];
  return name && rest.length > 0 ? `${rest.join('.')}:${name}` : name;
}

const apiOf = ({ id }: Requirement) => id.slice(apiPrefix.length);

async function runTests(
  client: GoogleClient,
  { projectId, hostProjectId, instanceServiceAccount: email }: GoogleCredential,
  requirements: readonly Requirement[],
): Promise<Tests> {
  const permissions = requirements.filter(({ id }) => !id.startsWith(apiPrefix));
  const idsOf = (isWanted: (entry: Requirement) => boolean) =>
    permissions.filter(isWanted).map(({ id }) => id);
  const onHost = idsOf(({ group }) => group === networkUser);
  const onProject = idsOf(({ group }) => group !== networkUser);
  const [project, account, host] = await Promise.all([
    client.test({ kind: 'project', id: projectId }, [...onProject, mayReadPolicy, mayReadKey]),
    client.test({ kind: 'service-account', email }, [actAs]),
    hostProjectId && onHost.length > 0
      ? client.test({ kind: 'project', id: hostProjectId }, onHost)
      : undefined,
  ]);
  return {
    project: {
      scope: `project ${projectId}`,
      wanted: onProject.filter((id) => id !== actAs),
      answer: project,
    },
    account: { scope: `service account ${email}`, wanted: [actAs], answer: account },
    host: host && { scope: `host project ${hostProjectId}`, wanted: onHost, answer: host },
  };
}

/** Anybody may test what they hold in a project, so a refusal means that the project is not there. */
function assertReachable({ answer }: Test, project: string): void {
  if (answer.kind !== 'refused' || answer.disabledApi) return;
  if (answer.status === 401) {
    throw new AppError(`Google does not accept the sign-in (${answer.code})`, {
      code: 'provider.sign-in-failed',
      hint: 'Check the service account and its keys in the console, then verify again.',
    });
  }
  if (answer.status !== 403 && answer.status !== 404) return;
  throw new AppError(`Google shows no project ${project} to this service account`, {
    code: 'provider.target-not-found',
    hint: 'Check the project id, which is neither the name nor the number of the project. It may also have been deleted, or lie behind a VPC Service Controls perimeter.',
  });
}

type Reason = 'compute' | 'policy' | 'deny-policies' | 'key';

/** What is worth asking for after the tests, the most telling first. */
function reasonsToAsk(
  { project, account, host }: Tests,
  services: GoogleAnswer<ReadonlyMap<string, string>>,
): Reason[] {
  const mayRead = (permission: string) =>
    project.answer.kind === 'done' && project.answer.output.held.includes(permission);
  const lacks = [project, account, host].some(
    (test) => test?.answer.kind === 'done' && !isHeldAll(test.wanted, test.answer.output.held),
  );
  const reasons: (Reason | undefined)[] = [
    services.kind === 'done' && services.output.has(computeApi) ? undefined : 'compute',
    mayRead(mayReadPolicy) ? 'policy' : undefined,
    lacks ? 'deny-policies' : undefined,
    mayRead(mayReadKey) ? 'key' : undefined,
  ];
  return reasons.filter((reason) => reason !== undefined);
}

const isHeldAll = (wanted: readonly string[], held: readonly string[]) =>
  wanted.every((permission) => held.includes(permission));

/** What is told of a permission, on the resource that it is needed on. */
function readTested(
  { id, group }: Requirement,
  tests: Tests,
  { credential, seen }: { credential: GoogleCredential; seen: Explanation },
): AnswerParts {
  // What was read tells of the project alone.
  const elsewhere = { member: seen.member, policy: undefined, denyPolicies: undefined };
  if (group === networkUser) {
    if (!tests.host) return inconclusive('host project', 'No host project was entered.');
    return readPermission(id, group, { test: tests.host, seen: elsewhere });
  }
  if (id !== actAs) return readPermission(id, group, { test: tests.project, seen });
  const { account, project } = tests;
  const home = homeOf(credential.instanceServiceAccount);
  const buildsIn = credential.projectId;
  return readActAs(id, group, {
    account,
    project,
    home,
    buildsIn,
    seen: home === buildsIn ? seen : elsewhere,
  });
}

/** The days between which a key works; Google gives keys that never end a year far away. */
function datesOf({
  validAfterTime,
  validBeforeTime,
}: {
  validAfterTime?: string | undefined;
  validBeforeTime?: string | undefined;
}) {
  const endless = validBeforeTime?.startsWith('9999');
  return {
    ...(validAfterTime && { createdOn: validAfterTime.slice(0, 10) }),
    ...(validBeforeTime && !endless && { expiresOn: validBeforeTime.slice(0, 10) }),
  };
}
