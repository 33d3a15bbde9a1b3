import { z } from 'zod';

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
      readonly disabledApi?: string | undefined;
    }
  /** Nothing that tells anything came back. */
  | { readonly kind: 'unreachable'; readonly message: string };

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

const Detail = z.looseObject({
  reason: z.string().optional(),
  metadata: z.record(z.string(), z.string()).optional(),
});
/** https://cloud.google.com/apis/design/errors#error_model */
const ErrorBody = z.object({
  error: z.object({
    message: z.string().default(''),
    status: z.string().optional(),
    details: z.array(Detail).optional(),
  }),
});

/** Sorts an answer that is no success. */
export function refusalOf(status: number, body: string): GoogleAnswer<never> {
  if (status === 429) return { kind: 'unreachable', message: 'is throttling its answers (429)' };
  if (status === 408 || status >= 500) return { kind: 'unreachable', message: `has a fault (${status})` };
  try {
    const { message, status: word, details = [] } = ErrorBody.parse(JSON.parse(body)).error;
    const disabled = details.find(({ reason }) => reason === 'SERVICE_DISABLED');
    const disabledApi = disabled?.metadata?.service;
    const code = details.find(({ reason }) => reason)?.reason ?? word ?? `HTTP ${status}`;
    return { kind: 'refused', status, code, message, ...(disabledApi && { disabledApi }) };
  } catch {
    return { kind: 'refused', status, code: `HTTP ${status}`, message: '' };
  }
}
