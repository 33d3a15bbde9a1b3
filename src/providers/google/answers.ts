import { z } from 'zod';
import { tryJson } from '../../json.ts';
import { faultOfStatus, type Unreachable } from '../call.ts';

/** What Google said to one question. */
export type GoogleAnswer<Output> =
  | { readonly kind: 'done'; readonly output: Output }
  /** It understood, and said no. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** The reason where it gave one, its status word otherwise. */
      readonly code: string;
      readonly message: string;
      /** The identifier under which the administrator of a service perimeter finds the refusal, where that is why. */
      readonly perimeter?: { readonly id: string | undefined };
      /** The API that is not enabled, where that is why. */
      readonly disabledApi?: { readonly name: string | undefined };
    }
  | Unreachable;

export const Permissions = z.object({ permissions: z.array(z.string()).default([]) });

export const Services = z.object({
  services: z.array(z.object({ name: z.string(), state: z.string() })).default([]),
});

const Binding = z.object({
  role: z.string(),
  members: z.array(z.string()).default([]),
  condition: z.object({ expression: z.string(), title: z.string().optional() }).optional(),
});
export const Policy = z.object({ bindings: z.array(Binding).default([]) });
export type Policy = z.infer<typeof Policy>;

export const BillingInfo = z.object({ billingEnabled: z.boolean().default(false) });
export type BillingInfo = z.infer<typeof BillingInfo>;

/** The default account is left out where there is none. */
export const ComputeProject = z.object({ defaultServiceAccount: z.string().optional() });
export type ComputeProject = z.infer<typeof ComputeProject>;

export const DenyPolicies = z.array(z.object({ name: z.string(), displayName: z.string().nullish() }));

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys */
export const Key = z.object({
  validAfterTime: z.string().optional(),
  validBeforeTime: z.string().optional(),
});
export type Key = z.infer<typeof Key>;

/** One detail of a refusal; what cannot be read of it is left out. */
const Detail = z
  .object({
    reason: z.string().optional().catch(undefined),
    metadata: z.record(z.string(), z.unknown()).catch({}),
    violations: z
      .array(z.object({ type: z.string().optional(), description: z.string().optional() }))
      .catch([]),
  })
  .catch({ metadata: {}, violations: [] });

/** https://cloud.google.com/apis/design/errors#error_model; `errors` is how older APIs say the same. */
const ErrorBody = z.object({
  error: z.object({
    message: z.string().catch(''),
    status: z.string().optional().catch(undefined),
    details: z.array(Detail).catch([]),
    errors: z.array(z.object({ reason: z.string().catch('') }).catch({ reason: '' })).catch([]),
  }),
});

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined);

/** What a service perimeter says of itself: https://cloud.google.com/vpc-service-controls/docs/troubleshooting */
function perimeterIn(
  details: readonly z.infer<typeof Detail>[],
  message: string,
): { readonly id: string | undefined } | undefined {
  const policy = details.find(({ reason }) => reason === 'SECURITY_POLICY_VIOLATED');
  const violation = details
    .flatMap(({ violations }) => violations)
    .find(({ type }) => type === 'VPC_SERVICE_CONTROLS');
  if (!policy && !violation) return undefined;
  const inMessage = /vpcServiceControlsUniqueIdentifier: ([\w-]+)/.exec(message)?.[1];
  return { id: textOf(policy?.metadata.uid) ?? violation?.description ?? inMessage };
}

/** Sorts an answer that is no success. */
export function refusalOf(status: number, body: string): GoogleAnswer<never> {
  const fault = faultOfStatus(status);
  if (fault) return fault;
  const refusal = tryJson(body, ErrorBody)?.error;
  if (!refusal) return { kind: 'refused', status, code: `HTTP ${status}`, message: '' };
  const { message, status: word, details, errors } = refusal;
  const disabled = details.find(({ reason }) => reason === 'SERVICE_DISABLED');
  const isOff = disabled !== undefined || errors.some(({ reason }) => reason === 'accessNotConfigured');
  const perimeter = perimeterIn(details, message);
  const reason = details.find((detail) => detail.reason)?.reason;
  const code = isOff ? 'SERVICE_DISABLED' : (reason ?? word ?? `HTTP ${status}`);
  return {
    kind: 'refused',
    status,
    code,
    message,
    ...(perimeter && { perimeter }),
    ...(isOff && { disabledApi: { name: textOf(disabled?.metadata.service) } }),
  };
}
