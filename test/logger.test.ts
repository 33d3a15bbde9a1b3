import { expect, it } from 'vitest';
import { AppError } from '../src/errors.ts';
import { createLogger, keepOutOfLogs } from '../src/logger.ts';
import { secretNamesOf } from '../src/providers/provider.ts';
import { loadProviders } from '../src/providers/registry.ts';

const { all: providers } = await loadProviders();
keepOutOfLogs(providers.flatMap(secretNamesOf));

/** What the log says of some fields. */
function logged(fields: Record<string, unknown>): Record<string, unknown> {
  const lines: string[] = [];
  createLogger('info', { write: (line) => void lines.push(line) }).info(fields, 'said');
  return JSON.parse(lines.join(''));
}

const deeply = (value: unknown, depth: number): unknown =>
  depth === 0 ? value : { in: [{ deeper: deeply(value, depth - 1) }] };

it.each(providers.flatMap((provider) => secretNamesOf(provider).map((name) => [provider.id, name] as const)))(
  'what %s calls %s reaches no line, however deep it stands',
  (_provider, name) => {
    for (const depth of [0, 1, 3, 9]) {
      const line = JSON.stringify(logged({ request: deeply({ [name]: 'planted', region: 'kept' }, depth) }));
      expect(line).not.toContain('planted');
      expect(line).toContain('kept');
    }
  },
);

it('knows the private key of a Google key file, which is no field of the form', () => {
  expect(providers.flatMap(secretNamesOf)).toContain('privateKey');
});

it('describes errors by what may be said of them, at any depth', () => {
  const cause = new Error('first line\nauthorization: planted');
  const err = new AppError('It failed', { code: 'redis.unavailable', cause });
  const line = logged({ err, others: [cause] });
  expect(JSON.stringify(line)).not.toContain('planted');
  expect(line).toMatchObject({
    err: { code: 'redis.unavailable', message: 'It failed', cause: { message: 'first line' } },
    others: [{ message: 'first line' }],
  });
});

it('writes a line also for what has no text', () => {
  const circle: Record<string, unknown> = {};
  circle.itself = circle;
  expect(logged({ circle })).toMatchObject({ msg: 'said', fields: '[not to be written]' });
});
