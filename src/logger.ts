import { pino } from 'pino';
import { AppError } from './errors.ts';

export type Logger = pino.Logger;

/**
 * What of an error may be logged. Foreign messages are cut to their first line, because libraries put whole
 * requests (headers and bodies included) behind it.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error).slice(0, 200) };
  const message = error.message.split('\n', 1)[0]?.slice(0, 300);
  const code = 'code' in error ? error.code : undefined;
  const cause = error instanceof AppError && error.cause ? describeError(error.cause) : undefined;
  return { type: error.name, code, message, hint: error instanceof AppError ? error.hint : undefined, cause };
}

/** Creates the process's logger: one JSON line an entry, credentials and tokens redacted by field name. */
export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  const secretFields = [
    'secretAccessKey',
    'sessionToken',
    'clientSecret',
    'password',
    'keyFile',
    'token',
    'authorization',
  ];
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]),
      censor: '[redacted]',
    },
    serializers: { err: describeError },
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination ? pino(options, destination) : pino(options, pino.destination({ fd: 2, sync: false }));
}
