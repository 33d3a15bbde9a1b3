import { AuthorizationManagementClient } from '@azure/arm-authorization';
import {
  bearerTokenAuthenticationPolicyName,
  createPipelineRequest,
  isRestError,
  type PipelinePolicy,
  redirectPolicyName,
} from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { AppError } from '../../errors.ts';
import { readJson } from '../../json.ts';
import { answerWith, callInTime, unreachable, unreadable } from '../call.ts';
import {
  type AzureAnswer,
  type DenyAssignment,
  DenyAssignments,
  type Lock,
  Locks,
  Page,
  Permissions,
  ProviderOperations,
  ResourceGroups,
  type ResourceProvider,
  ResourceProviders,
  type RoleAssignment,
  RoleAssignments,
  RoleDefinition,
  refusalOf,
  Subscription,
} from './answers.ts';
import type { PermissionSet } from './rights.ts';
import type { Role } from './roles.ts';

export type AzureClient = {
  /** The caller's own permission sets on the subscription, those of its groups and of parent scopes included. */
  permissions(): Promise<AzureAnswer<PermissionSet[]>>;
  /** Role assignments of a principal and its groups: on the subscription, above it and below it. */
  roleAssignments(objectId: string): Promise<AzureAnswer<RoleAssignment[]>>;
  /** One role, custom or built in. */
  role(id: string): Promise<AzureAnswer<Role>>;
  /** Deny assignments on the subscription and above it, of whichever principals. */
  denyAssignments(): Promise<AzureAnswer<DenyAssignment[]>>;
  subscription(): Promise<AzureAnswer<Subscription>>;
  /** Locks on the subscription and on what is in it. */
  locks(): Promise<AzureAnswer<Lock[]>>;
  resourceProviders(): Promise<AzureAnswer<ResourceProvider[]>>;
  /** The operations that Azure has in a namespace. */
  operations(namespace: string): Promise<AzureAnswer<ProviderOperations>>;
  /** The names of a few resource groups that the caller can see. */
  resourceGroups(): Promise<AzureAnswer<string[]>>;
};

export type AzureClientDependencies = {
  readonly subscriptionId: string;
  readonly resourceManager: string;
  readonly scope: string;
  readonly accessToken: string;
  readonly signal: AbortSignal;
  readonly callTimeoutMs: number;
  /** Called for each request that leaves. */
  readonly onCall: () => void;
};

type CallOptions = { readonly abortSignal: AbortSignal };

/** The SDK takes whatever comes for a list, so each page is held against its shape. */
function onResponse({ status, bodyAsText }: { status: number; bodyAsText?: string | null }): void {
  if (status === 200) readJson(bodyAsText ?? '', Page);
}

/** Pages that are followed, so that an endless list ends. */
const mostPages = 50;

/** Lets nothing but reading through, whatever asks for more; a verification changes nothing. */
export const readOnly: PipelinePolicy = {
  name: 'xoap-read-only',
  async sendRequest(request, next) {
    if (request.method === 'GET') return next(request);
    throw new AppError(`Refused to send a ${request.method} to Azure Resource Manager`, {
      code: 'provider.call-refused',
    });
  },
};

/** Azure named an address that is not its own. */
class ForeignAddress extends Error {}

/**
 * Keeps the token where it belongs: the SDK follows the link to a next page, whatever host it names, and redirects. Ends
 * with an error, since a list without its last pages is no list.
 */
export function sameOrigin(resourceManager: string): PipelinePolicy {
  const { origin } = new URL(resourceManager);
  return {
    name: 'xoap-same-origin',
    async sendRequest(request, next) {
      const { origin: asked, host } = new URL(request.url);
      if (asked !== origin) throw new ForeignAddress(host);
      return next(request);
    },
  };
}

/** Tells of each request that leaves. */
function countingPolicy(onCall: () => void): PipelinePolicy {
  return {
    name: 'xoap-count',
    sendRequest(request, next) {
      onCall();
      return next(request);
    },
  };
}

/** What both Entra ID and Resource Manager are called with: recognisable, and each call once. */
export function pipelineSettings(onCall: () => void) {
  return {
    userAgentOptions: { userAgentPrefix: 'xoap-chatops/1' },
    // A person is waiting, and can verify again; and credentials that were refused must not be tried again.
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [{ policy: countingPolicy(onCall), position: 'perRetry' as const }],
  };
}

/** Makes the client for one verification. */
export function createAzureClient(options: AzureClientDependencies): AzureClient {
  const { subscriptionId, resourceManager, scope, accessToken, signal, callTimeoutMs, onCall } = options;
  const token = { token: accessToken, expiresOnTimestamp: Date.now() + 3_600_000 };
  const arm = new AuthorizationManagementClient({ getToken: async () => token }, subscriptionId, {
    endpoint: resourceManager,
    credentialScopes: [scope],
    ...pipelineSettings(onCall),
  });
  arm.pipeline.addPolicy(readOnly);
  arm.pipeline.addPolicy(sameOrigin(resourceManager), {
    afterPolicies: [redirectPolicyName],
    beforePolicies: [bearerTokenAuthenticationPolicyName],
  });
  // The SDK puts the slash in front itself.
  const here = `subscriptions/${subscriptionId}`;

  async function ask<Output>(
    send: (call: CallOptions) => Promise<unknown>,
    schema: z.ZodType<Output>,
  ): Promise<AzureAnswer<Output>> {
    return callInTime<AzureAnswer<Output>>(
      { signal, callTimeoutMs },
      async (abortSignal) => answerWith(await send({ abortSignal }), schema),
      answerOf,
    );
  }

  async function get(url: string, { abortSignal }: CallOptions): Promise<unknown> {
    const response = await arm.sendRequest(createPipelineRequest({ url, abortSignal }));
    if (response.status !== 200) throw new Refusal(refusalOf(response.status, response.bodyAsText));
    return JSON.parse(response.bodyAsText ?? '');
  }

  async function getAll(path: string, call: CallOptions): Promise<unknown[]> {
    const items: unknown[] = [];
    let url: string | null | undefined = `${resourceManager}/${here}${path}`;
    for (let page = 0; url; page += 1) {
      if (page === mostPages) throw new SyntaxError('a list without end');
      const { value, nextLink } = Page.parse(await get(url, call));
      items.push(...value);
      url = nextLink;
    }
    return items;
  }

  return {
    // The SDK has this list for resources and resource groups only.
    permissions: () =>
      ask(
        (call) => getAll('/providers/Microsoft.Authorization/permissions?api-version=2022-04-01', call),
        Permissions,
      ),
    roleAssignments: (objectId) =>
      ask(
        (call) =>
          Array.fromAsync(
            arm.roleAssignments.listForScope(here, {
              filter: `assignedTo('${objectId}')`,
              onResponse,
              ...call,
            }),
          ),
        RoleAssignments,
      ),
    role: (id) => ask((call) => arm.roleDefinitions.get(here, id, call), RoleDefinition),
    denyAssignments: () =>
      ask(
        (call) =>
          Array.fromAsync(
            arm.denyAssignments.listForScope(here, { filter: 'atScope()', onResponse, ...call }),
          ),
        DenyAssignments,
      ),
    subscription: () =>
      ask((call) => get(`${resourceManager}/${here}?api-version=2022-12-01`, call), Subscription),
    locks: () =>
      ask((call) => getAll('/providers/Microsoft.Authorization/locks?api-version=2020-05-01', call), Locks),
    resourceProviders: () =>
      ask((call) => getAll('/providers?api-version=2021-04-01', call), ResourceProviders),
    operations: (namespace) =>
      ask(
        (call) =>
          get(
            `${resourceManager}/providers/Microsoft.Authorization/providerOperations/${namespace}?api-version=2022-04-01&$expand=resourceTypes`,
            call,
          ),
        ProviderOperations,
      ),
    resourceGroups() {
      const first = `${resourceManager}/${here}/resourcegroups?api-version=2021-04-01&$top=5`;
      const named = Page.transform(({ value }) => value).pipe(ResourceGroups);
      return ask(
        (call) => get(first, call),
        named.transform((groups) => groups.map(({ name }) => name)),
      );
    },
  };
}

/** Carries an answer that is no success through code that expects one. */
class Refusal extends Error {
  readonly answer: AzureAnswer<never>;

  constructor(answer: AzureAnswer<never>) {
    super(answer.kind);
    this.answer = answer;
  }
}

/** What became of a call that did not succeed. */
function answerOf(error: unknown): AzureAnswer<never> {
  if (error instanceof Refusal) return error.answer;
  if (error instanceof ForeignAddress)
    return {
      kind: 'unreachable',
      message: `gave an answer that goes on at ${error.message}, which is not Azure Resource Manager and was not asked`,
    };
  if (error instanceof SyntaxError || error instanceof z.ZodError) return unreadable;
  if (isRestError(error) && error.code === 'PARSE_ERROR') return unreadable;
  if (isRestError(error) && error.statusCode && error.statusCode !== 200)
    return refusalOf(error.statusCode, error.response?.bodyAsText);
  return unreachable;
}
