/** What went wrong, as `room.what-happened`; callers branch on this and never on a message. */
export type ErrorCode =
  | 'access.not-recorded'
  | 'access.unknown-form'
  | 'backup.refused'
  | 'chat.bot-not-in-conversation'
  | 'chat.file-unread'
  | 'chat.form-outdated'
  | 'chat.message-gone'
  | 'chat.message-refused'
  | 'chat.no-platform'
  | 'chat.person-unreachable'
  | 'chat.rate-limited'
  | 'chat.unavailable'
  | 'config.invalid'
  | 'connections.key-missing'
  | 'connections.replacement-gone'
  | 'connections.sealed-value-invalid'
  | 'explain.gave-up'
  | 'held.no-folder'
  | 'held.not-held'
  | 'held.unusable'
  | 'http.cannot-listen'
  | 'issuer.key-waits'
  | 'issuer.no-key'
  | 'issuer.no-key-waits'
  | 'issuer.not-set'
  | 'jobs.account-busy'
  | 'jobs.no-turn'
  | 'jobs.unreadable'
  | 'machine.unreadable'
  | 'provider.call-refused'
  | 'provider.certificate-changed'
  | 'provider.certificate-expired'
  | 'provider.certificate-unknown'
  | 'provider.certificate-wrong-name'
  | 'provider.clock-skewed'
  | 'provider.host-refused'
  | 'provider.not-decoded'
  | 'provider.region-not-enabled'
  | 'provider.sign-in-failed'
  | 'provider.target-not-found'
  | 'provider.unreachable'
  | 'redis.in-use'
  | 'redis.not-installed'
  | 'redis.unavailable'
  | 'redis.unfit'
  | 'slack.replayed'
  | 'slack.unknown-workspace'
  | 'verification.interrupted'
  | 'verification.no-worker'
  | 'verification.timed-out'
  | 'workspaces.ended';

export type AppErrorOptions = {
  readonly code: ErrorCode;
  readonly cause?: unknown;
  /** What the reader can do about it, a whole sentence. */
  readonly hint?: string;
  /** What a person can confirm to get past it: fields of the credential, which are no secrets. */
  readonly confirm?: Readonly<Record<string, string>>;
  /** Whether the same work may succeed when tried again; false unless said otherwise. */
  readonly retryable?: boolean;
  /** Milliseconds to wait before that, where the other side said so. */
  readonly retryAfterMs?: number | undefined;
};

/** The one error class: thrown only when work could not be done. Its message never holds a secret. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly confirm: Readonly<Record<string, string>> | undefined;

  constructor(message: string, options: AppErrorOptions) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = options.code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs;
    this.confirm = options.confirm;
  }
}

/** Whether a caught value is an AppError, with one of these codes if any are given. */
export function isAppError(value: unknown, ...codes: ErrorCode[]): value is AppError {
  return value instanceof AppError && (codes.length === 0 || codes.includes(value.code));
}
