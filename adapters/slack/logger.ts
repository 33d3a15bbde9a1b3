import { LogLevel, type Logger as SlackLogger } from '@slack/bolt';
import type { Logger } from '../../src/logger.ts';

/**
 * Hands what Slack's libraries log to ours, but nothing below a warning: at debug and info they print whole payloads,
 * and a submitted modal holds a secret.
 */
export function slackLogger(logger: Logger): SlackLogger {
  const text = (parts: unknown[]) =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts) => logger.warn({ from: 'slack' }, text(parts).split('\n', 1)[0]?.slice(0, 300)),
    error: (...parts) => logger.error({ from: 'slack' }, text(parts).split('\n', 1)[0]?.slice(0, 300)),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
