import type { Requirement } from '../../catalog/profile.ts';
import { AppError } from '../../errors.ts';
import type { AnswerParts, CheckRequest } from '../provider.ts';
import { keylessNote } from '../workload.ts';
import type { GoogleAnswer } from './answers.ts';
import { readApi } from './apis.ts';
import { readBilling } from './billing.ts';
import type { Explanation, Wanted } from './bindings.ts';
import { createGoogleClient } from './client.ts';
import { GoogleCredential, targetOf } from './credentials.ts';
import { homeOf } from './home.ts';
import { impersonate } from './impersonation.ts';
import { actAs, apiOf, look, lookForReasons, type Seen } from './look.ts';
import { notesOn } from './notes.ts';
import { placeOf } from './places.ts';
import {
  inconclusive,
  readActAs,
  readNetwork,
  readNoAccount,
  readPermission,
  type Test,
} from './read-answers.ts';
import { networkGrants } from './remediation.ts';
import type { GoogleSettings } from './settings.ts';
import { signIn } from './sign-in.ts';

const computeApi = 'compute.googleapis.com';
const billing = 'prerequisite:billing';

/** Signs in, tests, looks for reasons, and emits one answer for each requirement. */
export async function checkProject(request: CheckRequest, settings: GoogleSettings): Promise<void> {
  const { requirements, emit, signal, callTimeoutMs } = request;
  const credential = GoogleCredential.parse(request.credential);
  const { projectId, clientEmail } = credential;
  const onCall = () => emit({ type: 'call' });
  const signingIn = { signal, callTimeoutMs, onCall };
  const auth =
    credential.authentication === 'impersonation'
      ? await impersonate(credential, settings, { ...signingIn, emit, workload: request.workload })
      : await signIn(credential, settings, signingIn);
  const identity = { id: clientEmail, kind: 'service-account', name: clientEmail } as const;
  emit({ type: 'identity', identity, target: targetOf(credential) });
  const client = createGoogleClient({ auth, signal, callTimeoutMs });
  const seen = await look(client, credential, requirements);
  assertReachable(seen.tests.project, projectId);

  const { reasons, key } = await lookForReasons(client, credential, seen.tests);
  let isNetworkOpen = false;
  for (const requirement of requirements) {
    const { id, group } = requirement;
    const answer = tell(requirement, seen, { credential, reasons });
    emit({ type: 'answer', answer: { requirement: id, group, ...answer } });
    if (placeOf(requirement).kind === 'subnetwork' && answer.state === 'inconclusive') isNetworkOpen = true;
  }
  if (isNetworkOpen)
    for (const remediation of networkGrants(targetOf(credential), clientEmail))
      emit({ type: 'offer', remediation });
  for (const text of notesOn(reasons, key)) emit({ type: 'note', text });
  if (credential.authentication === 'impersonation')
    emit({ type: 'note', text: keylessNote('the service account') });
  if (key) emit({ type: 'credential', dates: datesOf(key) });
}

type Telling = { readonly credential: GoogleCredential; readonly reasons: Explanation };

/** What is told of one requirement. */
function tell(requirement: Requirement, seen: Seen, telling: Telling): AnswerParts {
  const { clientEmail, projectId } = telling.credential;
  if (requirement.id === billing) return readBilling(projectId, seen);
  const api = apiOf(requirement);
  if (!api) return readTested(requirement, seen, telling);
  const direct: Record<string, GoogleAnswer<unknown> | undefined> = {
    [computeApi]: seen.compute,
    'cloudresourcemanager.googleapis.com': seen.tests.project.answer,
    'iam.googleapis.com': seen.tests.account?.answer,
  };
  // These two count in the project that the caller belongs to; the others where they are used.
  const project = callersApis.includes(api) ? (homeOf(clientEmail) ?? projectId) : projectId;
  // The list is that of the project that builds run in, and tells nothing of another one.
  const services = project === projectId ? seen.services : notAsked;
  return readApi(api, project, { services, direct: direct[api] });
}

const notAsked = { kind: 'refused', status: 403, code: 'NOT_ASKED', message: '' } as const;

const callersApis = ['cloudresourcemanager.googleapis.com', 'iam.googleapis.com'];

/** Anybody may test what they hold in a project, so a refusal means that the project is not there. */
function assertReachable({ answer }: Test, project: string): void {
  if (answer.kind !== 'refused' || answer.disabledApi || answer.perimeter) return;
  if (answer.status === 401) {
    throw new AppError(`Google does not accept the sign-in (${answer.code})`, {
      code: 'provider.sign-in-failed',
      hint: 'Check the service account and its keys in the console, then verify again.',
    });
  }
  if (answer.status !== 403 && answer.status !== 404) return;
  throw new AppError(`Google shows no project ${project} to this service account`, {
    code: 'provider.target-not-found',
    hint: 'Check the project id, which is neither the name nor the number of the project. It may also have been deleted.',
  });
}

/** What is told of a permission, on the resource that it is needed on. */
function readTested(
  requirement: Requirement,
  { tests, compute }: Seen,
  { credential, reasons }: Telling,
): AnswerParts {
  const { id: permission, group: role } = requirement;
  const wanted = { permission, role };
  // What was read tells of the project alone.
  const elsewhere = { member: reasons.member, policy: undefined, denyPolicies: undefined };
  const { kind, name = '' } = placeOf(requirement);
  switch (kind) {
    case 'project':
      return readPermission(wanted, { test: tests.project, seen: reasons });
    case 'subnetwork': {
      const isSubnetwork = credential.subnetwork !== undefined;
      return tests.network
        ? readNetwork(wanted, { test: tests.network, seen: elsewhere, isSubnetwork })
        : noHostProject();
    }
    case 'host-project':
      return tests.host ? readPermission(wanted, { test: tests.host, seen: elsewhere }) : noHostProject();
    case 'bucket': {
      const test = tests.buckets.get(name);
      return test
        ? readPermission(wanted, { test, seen: { ...elsewhere, policy: conditionalOf(reasons.policy) } })
        : inconclusive(`bucket ${name}`, 'It was not asked about.');
    }
    case 'service-account':
      return readOnAccount(wanted, { tests, compute }, { credential, reasons });
    default:
      return kind satisfies never;
  }
}

/**
 * The bindings of the project that a test on a bucket may not show: under a condition on names of objects, which are
 * other resources than the bucket. https://cloud.google.com/iam/docs/conditions-resource-attributes#storage
 */
const conditionalOf = (policy: Explanation['policy']): Explanation['policy'] =>
  policy && { ...policy, bindings: policy.bindings.filter(({ condition }) => condition) };

const noHostProject = () => inconclusive('host project', 'No host project was entered.');

/** What is told of a permission on the account that machines run as. */
function readOnAccount(
  wanted: Wanted,
  { tests, compute }: Pick<Seen, 'tests' | 'compute'>,
  { credential, reasons }: Telling,
): AnswerParts {
  const { account, project } = tests;
  if (!account) return readNoAccount(wanted, project, compute);
  const elsewhere = { member: reasons.member, policy: undefined, denyPolicies: undefined };
  const email = account.scope.replace(/^service account /, '');
  const home = homeOf(email) ?? (credential.instanceServiceAccount ? undefined : credential.projectId);
  const buildsIn = credential.projectId;
  const seen = home === buildsIn ? reasons : elsewhere;
  return wanted.permission === actAs
    ? readActAs(wanted, { account, project, home, buildsIn, seen })
    : readPermission(wanted, { test: account, seen });
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
