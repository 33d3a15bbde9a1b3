import type { z } from 'zod';
import { AppError, isAppError } from '../errors.ts';
import type { CheckRequest } from './provider.ts';

/** No answer that tells anything, in words that follow the name of the provider. */
export type Unreachable = { readonly kind: 'unreachable'; readonly message: string };

export const unreachable: Unreachable = { kind: 'unreachable', message: 'could not be reached' };
export const unreadable: Unreachable = {
  kind: 'unreachable',
  message: 'gave an answer that could not be read',
};

/** Nothing can be told, since a host that a verification begins with gave no answer: it is named, with what to look at. */
export function unreachableError(
  { name, host }: { readonly name: string; readonly host: string },
  { message }: Pick<Unreachable, 'message'> = unreachable,
): AppError {
  return new AppError(`${name} (${host}) ${message}`, {
    code: 'provider.unreachable',
    hint: `Does the machine that verifies reach ${host}? Its name server, a proxy and its firewall decide that. Where it does, the fault is on the other side: verify again in a few minutes.`,
    retryable: true,
  });
}

/** What an HTTP status says that tells nothing of rights: throttling and faults; undefined for any other. */
export function faultOfStatus(status: number): Unreachable | undefined {
  if (status === 429) return { kind: 'unreachable', message: 'is throttling its answers (429)' };
  if (status === 408 || status >= 500) return { kind: 'unreachable', message: `has a fault (${status})` };
  return undefined;
}

/** What came back, if it is what the schema says. */
export function answerWith<Output>(
  output: unknown,
  schema: z.ZodType<Output>,
): { readonly kind: 'done'; readonly output: Output } | Unreachable {
  const parsed = schema.safeParse(output);
  return parsed.success ? { kind: 'done', output: parsed.data } : unreadable;
}

/**
 * Carries out one call of a verification within the time of a call; `explain` tells what its failure says. A refusal of
 * our own is thrown on.
 */
export async function callInTime<Answer>(
  { signal, callTimeoutMs }: Pick<CheckRequest, 'signal' | 'callTimeoutMs'>,
  call: (abort: AbortSignal) => Promise<Answer>,
  explain: (error: unknown) => Answer | Unreachable = () => unreachable,
): Promise<Answer | Unreachable> {
  const timeout = AbortSignal.timeout(callTimeoutMs);
  try {
    return await call(AbortSignal.any([signal, timeout]));
  } catch (error) {
    if (isAppError(error)) throw error;
    if (timeout.aborted)
      return { kind: 'unreachable', message: `gave no answer within ${callTimeoutMs / 1_000} s` };
    return explain(error);
  }
}
