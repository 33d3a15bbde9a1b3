import type { AuthClient } from 'google-auth-library';
import type { z } from 'zod';
import { AppError } from '../../errors.ts';
import { tryJson } from '../../json.ts';
import { callInTime, unreadable } from '../call.ts';
import {
  BillingInfo,
  ComputeProject,
  type GoogleAnswer,
  Key,
  Permissions,
  Policy,
  refusalOf,
  Services,
} from './answers.ts';
import { listDenyPolicies } from './deny-policies.ts';

/** What permissions are tested on. */
export type Resource =
  | { readonly kind: 'project'; readonly id: string }
  | { readonly kind: 'service-account'; readonly email: string; readonly project: string | undefined }
  | { readonly kind: 'subnetwork'; readonly project: string; readonly region: string; readonly name: string }
  | { readonly kind: 'bucket'; readonly name: string };

export type Tested = {
  readonly held: readonly string[];
  /** What Google does not test on this kind of resource. */
  readonly untestable: readonly string[];
};

export type GoogleClient = {
  /** Which of these permissions the caller holds; what cannot be tested there is taken out and told. */
  test(resource: Resource, permissions: readonly string[]): Promise<GoogleAnswer<Tested>>;
  /** Whether APIs are enabled in a project, by their names. */
  services(project: string, names: readonly string[]): Promise<GoogleAnswer<ReadonlyMap<string, string>>>;
  /** A read of Compute Engine: its refusal tells whether the API and billing are enabled. */
  computeProject(project: string): Promise<GoogleAnswer<ComputeProject>>;
  billing(project: string): Promise<GoogleAnswer<BillingInfo>>;
  policy(project: string): Promise<GoogleAnswer<Policy>>;
  /** The names of the deny policies attached to a project; their rules are not in this list. */
  denyPolicies(project: string): Promise<GoogleAnswer<string[]>>;
  key(email: string, keyId: string): Promise<GoogleAnswer<Key>>;
};

export type GoogleClientDependencies = {
  /** Signed in; every request passes its interceptors. */
  readonly auth: AuthClient;
  readonly signal: AbortSignal;
  readonly callTimeoutMs: number;
};

type Call = { readonly url: string; readonly data?: unknown };

/** Permissions that Google refuses to test, which it names one by one, each at the price of a call. */
const mostUntestable = 5;

/** Permissions in one call: https://cloud.google.com/iam/docs/testing-permissions */
const batchSize = 100;

/** The permissions that a refusal names as not valid on a resource. */
function invalidIn(message: string, asked: readonly string[]): string[] {
  const named = [...message.matchAll(/Permission ['"`]?([\w.]+)['"`]? is not valid/gi)].map(
    ([, name = '']) => name,
  );
  return asked.filter((name) => named.includes(name));
}

const names = (project: string, services: readonly string[]) =>
  services.map((name) => `names=projects/${project}/services/${name}`).join('&');

/** What is posted and changes nothing; whatever else is posted is refused. */
const asking = /[:/]testIamPermissions$|:getIamPolicy$/;

/** Makes the client for one verification; nothing that it can send changes anything. */
export function createGoogleClient(options: GoogleClientDependencies): GoogleClient {
  const { auth, signal, callTimeoutMs } = options;

  const inTime = <Output>(call: (abort: AbortSignal) => Promise<GoogleAnswer<Output>>) =>
    callInTime<GoogleAnswer<Output>>({ signal, callTimeoutMs }, call);

  function ask<Output>({ url, data }: Call, schema: z.ZodType<Output>): Promise<GoogleAnswer<Output>> {
    if (data && !asking.test(url))
      throw new AppError(`Refused to post to ${url}`, { code: 'provider.call-refused' });
    return inTime(async (abort): Promise<GoogleAnswer<Output>> => {
      const response = await auth.request<string>({
        url,
        method: data ? 'POST' : 'GET',
        ...(data ? { data } : {}),
        signal: abort,
        validateStatus: () => true,
        responseType: 'text',
        headers: { 'user-agent': 'xoap-chatops/1' },
      });
      if (response.status !== 200) return refusalOf(response.status, response.data);
      const output = tryJson(response.data, schema);
      if (output !== undefined) return { kind: 'done', output };
      return unreadable;
    });
  }

  function testUrl(resource: Resource): string {
    switch (resource.kind) {
      case 'project':
        return `https://cloudresourcemanager.googleapis.com/v3/projects/${resource.id}:testIamPermissions`;
      case 'service-account': {
        // With `-` for the project, an account that is not there reads as one that may not be seen.
        const { email, project = '-' } = resource;
        return `https://iam.googleapis.com/v1/projects/${project}/serviceAccounts/${email}:testIamPermissions`;
      }
      case 'subnetwork': {
        const { project, region, name } = resource;
        return `https://compute.googleapis.com/compute/v1/projects/${project}/regions/${region}/subnetworks/${name}/testIamPermissions`;
      }
      case 'bucket':
        // https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions
        return `https://storage.googleapis.com/storage/v1/b/${resource.name}/iam/testPermissions`;
      default:
        return resource satisfies never;
    }
  }

  /** Asks for one batch, again without what Google names as not valid on this kind of resource: that fails them all. */
  async function testBatch(
    resource: Resource,
    permissions: readonly string[],
    untestable: readonly string[] = [],
  ): Promise<GoogleAnswer<Tested>> {
    const url = testUrl(resource);
    // Storage alone takes what is asked about in the address.
    const asked = permissions.map((name) => `permissions=${name}`).join('&');
    const call = resource.kind === 'bucket' ? { url: `${url}?${asked}` } : { url, data: { permissions } };
    const answer = await ask(call, Permissions);
    if (answer.kind === 'done') {
      return { kind: 'done', output: { held: answer.output.permissions, untestable } };
    }
    const named =
      answer.kind === 'refused' && answer.status === 400 ? invalidIn(answer.message, permissions) : [];
    const left = permissions.filter((name) => !named.includes(name));
    const taken = [...untestable, ...named];
    if (named.length === 0 || taken.length > mostUntestable) return answer;
    if (left.length === 0) return { kind: 'done', output: { held: [], untestable: taken } };
    return testBatch(resource, left, taken);
  }

  return {
    async test(resource, permissions) {
      const batches = Array.from({ length: Math.ceil(permissions.length / batchSize) }, (_, index) =>
        permissions.slice(index * batchSize, (index + 1) * batchSize),
      );
      const answers = await Promise.all(batches.map((batch) => testBatch(resource, batch)));
      const outputs = answers.flatMap((answer) => (answer.kind === 'done' ? [answer.output] : []));
      const failed = answers.find(({ kind }) => kind !== 'done');
      if (failed) return failed;
      const held = outputs.flatMap((output) => output.held);
      return { kind: 'done', output: { held, untestable: outputs.flatMap((output) => output.untestable) } };
    },
    async services(project, services) {
      const url = `https://serviceusage.googleapis.com/v1/projects/${project}/services:batchGet?${names(project, services)}`;
      const answer = await ask({ url }, Services);
      if (answer.kind !== 'done') return answer;
      const states = answer.output.services.map(
        ({ name, state }) => [name.split('/').at(-1) ?? '', state] as const,
      );
      return { kind: 'done', output: new Map(states) };
    },
    computeProject: (project) =>
      ask(
        {
          url: `https://compute.googleapis.com/compute/v1/projects/${project}?fields=id,defaultServiceAccount`,
        },
        ComputeProject,
      ),
    billing: (project) =>
      ask({ url: `https://cloudbilling.googleapis.com/v1/projects/${project}/billingInfo` }, BillingInfo),
    policy: (project) =>
      ask(
        {
          url: `https://cloudresourcemanager.googleapis.com/v3/projects/${project}:getIamPolicy`,
          data: { options: { requestedPolicyVersion: 3 } },
        },
        Policy,
      ),
    denyPolicies: (project) => inTime((abort) => listDenyPolicies(project, { auth, callTimeoutMs, abort })),
    key: (email, keyId) =>
      ask({ url: `https://iam.googleapis.com/v1/projects/-/serviceAccounts/${email}/keys/${keyId}` }, Key),
  };
}
