import { AppError, type ErrorCode } from '../../src/errors.ts';

const meanings: Readonly<Record<string, ErrorCode>> = {
  not_in_channel: 'chat.bot-not-in-conversation',
  channel_not_found: 'chat.bot-not-in-conversation',
  is_archived: 'chat.bot-not-in-conversation',
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

function platformCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('data' in error)) return undefined;
  const { data } = error as { data?: { error?: unknown } };
  return typeof data?.error === 'string' ? data.error : undefined;
}

/** Milliseconds that Slack asks to wait; undefined when it did not. */
function waitOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('retryAfter' in error)) return undefined;
  return typeof error.retryAfter === 'number' ? error.retryAfter * 1_000 : undefined;
}

/** Turns an error of Slack's client into one of ours; the reason of Slack stays readable in its message. */
export function slackError(cause: unknown, what: string): AppError {
  const retryAfterMs = waitOf(cause);
  const reason = platformCode(cause) ?? (retryAfterMs === undefined ? undefined : 'ratelimited');
  const code = (reason && meanings[reason]) || 'chat.unavailable';
  return new AppError(`Cannot ${what}: ${reason ?? 'Slack did not answer'}`, {
    code,
    cause,
    retryable: code === 'chat.unavailable' || code === 'chat.rate-limited',
    retryAfterMs,
  });
}

/** Whether somebody else changed the modal in the meantime, so that this change is out of date. */
export function isOutdatedView(error: unknown): boolean {
  return platformCode(error) === 'hash_conflict' || platformCode(error) === 'not_found';
}
