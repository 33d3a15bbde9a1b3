import { AppError, type ErrorCode } from '../../src/errors.ts';

const meanings: Readonly<Record<string, ErrorCode>> = {
  not_in_channel: 'chat.bot-not-in-conversation',
  channel_not_found: 'chat.bot-not-in-conversation',
  is_archived: 'chat.bot-not-in-conversation',
  // Of an organisation, this workspace alone does not have the app any more.
  team_access_not_granted: 'chat.bot-not-in-conversation',
  restricted_action: 'chat.bot-not-in-conversation',
  message_not_found: 'chat.message-gone',
  cant_update_message: 'chat.message-gone',
  edit_window_closed: 'chat.message-gone',
  ratelimited: 'chat.rate-limited',
  user_disabled: 'chat.person-unreachable',
  user_not_found: 'chat.person-unreachable',
  user_not_visible: 'chat.person-unreachable',
  users_not_found: 'chat.person-unreachable',
  cannot_dm_bot: 'chat.person-unreachable',
  msg_blocks_too_long: 'chat.message-refused',
  // Blocks reach workspaces one after another, so a new one may be unknown to some.
  invalid_blocks: 'chat.message-refused',
  invalid_blocks_format: 'chat.message-refused',
};

/** The code that Slack answered with; undefined where it did not answer with one. */
export function platformCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('data' in error)) return undefined;
  const { data } = error as { data?: { error?: unknown } };
  return typeof data?.error === 'string' ? data.error : undefined;
}

/** Milliseconds that Slack asks to wait; undefined when it did not. */
function waitOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('retryAfter' in error)) return undefined;
  return typeof error.retryAfter === 'number' ? error.retryAfter * 1_000 : undefined;
}

/**
 * Turns an error of Slack's client into one of ours; the reason of Slack stays readable in its message. `waitMs` is how long
 * to wait where Slack does not say it.
 */
export function slackError(cause: unknown, what: string, waitMs?: number): AppError {
  const asked = waitOf(cause);
  const retryAfterMs = asked ?? waitMs;
  const reason = platformCode(cause) ?? (asked === undefined ? undefined : 'ratelimited');
  const code = (reason && meanings[reason]) || 'chat.unavailable';
  return new AppError(`Cannot ${what}: ${reason ?? 'Slack did not answer'}`, {
    code,
    cause,
    retryable: code === 'chat.unavailable' || code === 'chat.rate-limited',
    retryAfterMs,
  });
}

/** Faults of the way to Slack before there is a connection: nothing was sent then. */
const beforeConnecting = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'];
/** Slack says of these that part of the work may have been done: https://docs.slack.dev/reference/methods/chat.postMessage */
const perhapsDone = ['internal_error', 'fatal_error'];

/** Whether Slack may have done what it was asked for, though it did not say so. */
export function isAnswerLost(cause: unknown): boolean {
  const reason = platformCode(cause);
  if (reason) return perhapsDone.includes(reason);
  return waitOf(cause) === undefined && !codesIn(cause).some((code) => beforeConnecting.includes(code));
}

/** The codes of an error and of what caused it. */
function codesIn(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const { code } = error as { code?: unknown };
  const nested = [error.cause, ...(error instanceof AggregateError ? error.errors : [])];
  return [...(typeof code === 'string' ? [code] : []), ...nested.flatMap(codesIn)];
}

/** Whether somebody else changed the modal in the meantime, so that this change is out of date. */
export function isOutdatedView(error: unknown): boolean {
  return platformCode(error) === 'hash_conflict' || platformCode(error) === 'not_found';
}
