import type { AppOptions, IPlugin } from '@microsoft/teams.apps';
import type { Logger } from '../../src/logger.ts';

type ILogger = NonNullable<AppOptions<IPlugin>['logger']>;

/**
 * Hands what the Teams SDK logs to ours, but nothing below a warning: at debug it prints whole activities, and a
 * submitted dialog holds a secret.
 */
export function teamsLogger(logger: Logger): ILogger {
  const text = (parts: unknown[]) =>
    parts
      .map((part) => (part instanceof Error ? part.message : typeof part === 'string' ? part : ''))
      .join(' ')
      .split('\n', 1)[0]
      ?.slice(0, 300);
  const ours: ILogger = {
    error: (...parts) => logger.error({ from: 'teams' }, text(parts)),
    warn: (...parts) => logger.warn({ from: 'teams' }, text(parts)),
    info: () => undefined,
    debug: () => undefined,
    trace: () => undefined,
    log: (level, ...parts) => {
      if (level === 'error' || level === 'warn') ours[level](...parts);
    },
    child: () => ours,
  };
  return ours;
}
