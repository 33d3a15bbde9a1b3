import { z } from 'zod';
import { tryJson } from '../../json.ts';
import { faultOfStatus, type Unreachable } from '../call.ts';

/** What Azure Resource Manager said to one question. */
export type AzureAnswer<Output> =
  | { readonly kind: 'done'; readonly output: Output }
  /** It understood, and said no. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly message: string }
  | Unreachable;

const texts = z.array(z.string()).nullish();
const condition = z
  .string()
  .nullish()
  .transform((text) => text || undefined);

const Permission = z
  .object({ actions: texts, notActions: texts, dataActions: texts, notDataActions: texts, condition })
  .transform(({ actions, notActions, dataActions, notDataActions, ...rest }) => ({
    actions: actions ?? [],
    notActions: notActions ?? [],
    ...(dataActions && { dataActions }),
    ...(notDataActions && { notDataActions }),
    ...rest,
  }));

export const Permissions = z.array(Permission);

export const RoleAssignments = z.array(
  z.object({ scope: z.string(), roleDefinitionId: z.string(), condition }),
);
export type RoleAssignment = z.infer<typeof RoleAssignments>[number];

export const RoleDefinition = z
  .object({ name: z.string(), roleName: z.string(), permissions: z.array(Permission).nullish() })
  .transform(({ name: id, roleName: name, permissions }) => ({ id, name, permissions: permissions ?? [] }));

const Principal = z.object({ id: z.string().nullish(), type: z.string().nullish() });

export const DenyAssignments = z.array(
  z.object({
    denyAssignmentName: z.string().nullish(),
    permissions: z.array(Permission).nullish(),
    scope: z.string().nullish(),
    doNotApplyToChildScopes: z.boolean().nullish(),
    principals: z.array(Principal).nullish(),
    excludePrincipals: z.array(Principal).nullish(),
    condition,
  }),
);
export type DenyAssignment = z.infer<typeof DenyAssignments>[number];

export const Subscription = z.object({ displayName: z.string().nullish(), state: z.string() });
export type Subscription = z.infer<typeof Subscription>;

export const ResourceProviders = z.array(z.object({ namespace: z.string(), registrationState: z.string() }));
export type ResourceProvider = z.infer<typeof ResourceProviders>[number];

/** The operations of a namespace, of the namespace itself and of its types. */
const Operations = z.array(z.object({ name: z.string(), isDataAction: z.boolean().nullish() }));
export const ProviderOperations = z
  .object({
    operations: Operations.nullish(),
    resourceTypes: z.array(z.object({ operations: Operations.nullish() })).nullish(),
  })
  .transform(({ operations, resourceTypes }) =>
    [...(operations ?? []), ...(resourceTypes ?? []).flatMap((type) => type.operations ?? [])].map(
      ({ name, isDataAction }) => ({ name, isDataAction: isDataAction === true }),
    ),
  );
export type ProviderOperations = z.infer<typeof ProviderOperations>;

export const Locks = z.array(
  z
    .object({ id: z.string(), name: z.string(), properties: z.object({ level: z.string() }) })
    .transform(({ id, name, properties: { level } }) => ({ id, name, level })),
);
/** A management lock; its place is in its id. */
export type Lock = z.infer<typeof Locks>[number];

export const ResourceGroups = z.array(z.object({ name: z.string() }));

/** One page of a list. */
export const Page = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() });

/** https://learn.microsoft.com/en-us/rest/api/resources/#error-response */
const ErrorBody = z.object({ error: z.object({ code: z.string(), message: z.string().default('') }) });

/** The code and the message of an error answer; `HTTP STATUS` where it has none. */
export function errorIn(status: number, body: string | null | undefined): { code: string; message: string } {
  return tryJson(body, ErrorBody)?.error ?? { code: `HTTP ${status}`, message: '' };
}

/** Sorts an answer that is no success. */
export function refusalOf(status: number, body: string | null | undefined): AzureAnswer<never> {
  return faultOfStatus(status) ?? { kind: 'refused', status, ...errorIn(status, body) };
}
