import { AppError, type ErrorCode } from '../../src/errors.ts';

type Answer = {
  readonly status: number;
  readonly reason: string | undefined;
  readonly retryAfter: string | undefined;
};

/** What Teams answered, if it did; the SDK hands on the error of its HTTP client. */
function answerIn(error: unknown): Answer | undefined {
  if (!(error instanceof Error) || !('response' in error)) return undefined;
  const { response } = error as {
    response?: { status?: number; data?: { error?: { code?: unknown } }; headers?: Record<string, unknown> };
  };
  if (typeof response?.status !== 'number') return undefined;
  const reason = response.data?.error?.code;
  const retryAfter = response.headers?.['retry-after'];
  return {
    status: response.status,
    reason: typeof reason === 'string' ? reason : undefined,
    retryAfter: retryAfter === undefined ? undefined : String(retryAfter),
  };
}

/** Whether Teams refuses the bot, as it does where the app is not installed any more or is blocked. */
export const isForbidden = (cause: unknown): boolean => answerIn(cause)?.status === 403;

/** Whether Teams knows nothing of what was asked for, such as a member. */
export const isAbsent = (cause: unknown): boolean => answerIn(cause)?.status === 404;

/**
 * Whether the same message may be taken later: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
 * names some of these statuses; whatever else is wrong at the other end passes too.
 */
const isPassing = (status: number) => status === 412 || status >= 500;

function codeOf({ status, reason }: Answer): ErrorCode {
  if (reason === 'ActivityNotFoundInConversation') return 'chat.message-gone';
  if (status === 403 || status === 404) return 'chat.bot-not-in-conversation';
  return status === 429 ? 'chat.rate-limited' : 'chat.unavailable';
}

/** Milliseconds that Teams asks to wait; some when it does not say. */
const waitOf = ({ retryAfter }: Answer) => (Number(retryAfter) > 0 ? Number(retryAfter) * 1_000 : 2_000);

/** Turns an error of the Teams SDK into one of ours; the reason of Teams stays readable in its message. */
export function teamsError(cause: unknown, what: string): AppError {
  const answer = answerIn(cause);
  if (!answer)
    return new AppError(`Cannot ${what}: Teams did not answer`, {
      code: 'chat.unavailable',
      cause,
      retryable: true,
    });
  const code = codeOf(answer);
  return new AppError(`Cannot ${what}: ${answer.reason ?? answer.status}`, {
    code,
    cause,
    retryable: isPassing(answer.status) || code === 'chat.rate-limited',
    ...(code === 'chat.rate-limited' && { retryAfterMs: waitOf(answer) }),
  });
}
