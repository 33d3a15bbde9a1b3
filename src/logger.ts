import { pino } from 'pino';
import { z } from 'zod';
import { AppError } from './errors.ts';
import { logFields, logFieldsOf } from './tracing.ts';

export type Logger = pino.Logger;

/** Names of what no line may hold; those of credentials come from the providers that know them. */
const secretNames = new Set(['token', 'authorization', 'password', 'secret', 'credential', 'sealed']);

/** Keeps fields of these names out of every line from now on, however deep they stand. */
export function keepOutOfLogs(names: readonly string[]): void {
  for (const name of names) secretNames.add(name);
}

/** What a schema refused, by place and kind: never what stood there. */
const issuesIn = ({ issues }: z.ZodError) =>
  issues
    .map(({ path, code }) => `${path.join('.') || 'all of it'}: ${code}`)
    .join(', ')
    .slice(0, 300);

/**
 * What of an error may be logged. Foreign messages are cut to their first line, because libraries put whole
 * requests (headers and bodies included) behind it.
 */
function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error).slice(0, 200) };
  // The message of a schema is a list over many lines, whose first one says nothing.
  const message =
    error instanceof z.ZodError ? issuesIn(error) : error.message.split('\n', 1)[0]?.slice(0, 300);
  const code = 'code' in error ? error.code : undefined;
  const cause = error instanceof AppError && error.cause ? describeError(error.cause) : undefined;
  return { type: error.name, code, message, hint: error instanceof AppError ? error.hint : undefined, cause };
}

/** The fields of a line as they may be logged; `err` has a serializer of its own, and errors elsewhere get the same. */
function withoutSecrets({ err, ...fields }: Record<string, unknown>): Record<string, unknown> {
  const shown = (name: string, value: unknown): unknown => {
    if (secretNames.has(name)) return '[redacted]';
    return value instanceof Error ? describeError(value) : value;
  };
  const own = err === undefined ? {} : { err };
  try {
    return { ...logFieldsOf(err), ...(JSON.parse(JSON.stringify(fields, shown)) as object), ...own };
  } catch {
    // A circle, or what has no text at all.
    return { ...logFieldsOf(err), ...logFields(), fields: '[not to be written]', ...own };
  }
}

/** Creates the process's logger: one JSON line an entry, secrets redacted by the names of their fields at any depth. */
export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    // A copy, since the fields of the line are written into it.
    mixin: () => ({ ...logFields() }),
    serializers: { err: describeError },
    formatters: {
      level: (label: string) => ({ level: label }),
      log: withoutSecrets,
    },
  };
  return destination ? pino(options, destination) : pino(options, pino.destination({ fd: 2, sync: false }));
}
