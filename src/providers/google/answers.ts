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
  })
  .catch({ metadata: {} });

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

/** Sorts an answer that is no success. */
export function refusalOf(status: number, body: string): GoogleAnswer<never> {
  const fault = faultOfStatus(status);
  if (fault) return fault;
  const refusal = tryJson(body, ErrorBody)?.error;
  if (!refusal) return { kind: 'refused', status, code: `HTTP ${status}`, message: '' };
  const { message, status: word, details, errors } = refusal;
  const disabled = details.find(({ reason }) => reason === 'SERVICE_DISABLED');
  const isOff = disabled !== undefined || errors.some(({ reason }) => reason === 'accessNotConfigured');
  const reason = details.find((detail) => detail.reason)?.reason;
  const code = isOff ? 'SERVICE_DISABLED' : (reason ?? word ?? `HTTP ${status}`);
  return {
    kind: 'refused',
    status,
    code,
    message,
    ...(isOff && { disabledApi: { name: textOf(disabled?.metadata.service) } }),
  };
}
