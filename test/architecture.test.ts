import { glob, readFile } from 'node:fs/promises';
import { posix as path } from 'node:path';
import { describe, expect, it } from 'vitest';

type Room = {
  /** Rooms this one may reach besides itself. */
  readonly rooms?: readonly string[];
  /** Packages it may name, by the start of their names. */
  readonly packages?: readonly string[];
};

const core = [
  'src/catalog',
  'src/verification',
  'src/providers',
  'src/connections',
  'src/access',
  'src/reports',
  'src/chat',
];

/** The core rooms that stand to the left of one: `catalog <- verification <- providers <- connections <- access <- reports <- chat`. */
const leftOf = (room: string) => core.slice(0, core.indexOf(room));

/** What draws; the library for that is named nowhere else. */
const pictures = [
  'src/reports/pictures/picture.ts',
  'src/reports/pictures/matrix-picture.ts',
  'src/reports/pictures/trend-picture.ts',
];

/** Who may import whom; deny by default. A file that has packages of its own is a room of its own. */
const table: Record<string, Room> = {
  'src/errors.ts': {},
  'src/logger.ts': { packages: ['pino'] },
  'src/config/variables.ts': {
    rooms: ['src/providers', 'src/providers/vsphere', 'src/reports'],
    packages: ['zod'],
  },
  'src/config/contradictions.ts': {},
  'src/config/config.ts': {
    rooms: ['src/providers/registry.ts', 'src/config/variables.ts', 'src/config/contradictions.ts'],
    packages: ['zod'],
  },
  'src/app/http-server.ts': { packages: ['express'] },
  'src/app/picture-server.ts': { rooms: ['src/reports'], packages: ['express'] },
  'adapters/redis/private-redis.ts': {},
  'adapters/redis/open-redis.ts': { rooms: ['adapters/redis/private-redis.ts'], packages: ['ioredis'] },
  'src/cli/cli.ts': {
    rooms: [
      'src/cli/bad-input.ts',
      'src/cli/manifest.ts',
      'src/cli/verify.ts',
      'src/config/config.ts',
      'src/providers',
      'src/providers/registry.ts',
    ],
  },
  'src/cli/bad-input.ts': {},
  'src/cli/verify.ts': {
    rooms: ['src/cli/bad-input.ts', 'src/cli/verification-table.ts', 'src/providers', 'src/verification'],
    packages: ['zod'],
  },
  'src/cli/manifest.ts': {
    rooms: ['src/cli/bad-input.ts', 'adapters/slack', 'adapters/teams/manifest.ts'],
    packages: ['zod'],
  },
  'src/cli/verification-table.ts': { rooms: ['src/verification'] },
  'src/catalog': { packages: ['zod'] },
  'src/verification': { rooms: leftOf('src/verification'), packages: ['zod'] },
  'src/providers': { rooms: leftOf('src/providers'), packages: ['zod'] },
  'src/providers/registry.ts': {
    rooms: [
      'src/providers',
      'src/providers/aws',
      'src/providers/azure',
      'src/providers/google',
      'src/providers/vsphere',
    ],
  },
  'src/providers/aws': {
    rooms: [...leftOf('src/providers'), 'src/providers'],
    packages: ['@aws-sdk/', '@smithy/', 'p-limit', 'zod'],
  },
  'src/providers/azure': {
    rooms: [...leftOf('src/providers'), 'src/providers'],
    packages: ['@azure/', 'jose', 'zod'],
  },
  'src/providers/google': {
    rooms: [...leftOf('src/providers'), 'src/providers'],
    packages: ['@google-cloud/iam', 'google-auth-library', 'zod'],
  },
  'src/providers/vsphere': {
    rooms: [...leftOf('src/providers'), 'src/providers'],
    packages: ['axios', 'fast-xml-parser', 'zod'],
  },
  'src/connections': { rooms: leftOf('src/connections'), packages: ['jose', 'zod'] },
  'adapters/redis/connection-store.ts': {
    rooms: ['src/connections', 'adapters/redis/history.ts'],
    packages: ['ioredis'],
  },
  'adapters/redis/history.ts': {
    rooms: ['src/connections', 'src/verification'],
    packages: ['ioredis', 'zod'],
  },
  'src/access': { rooms: leftOf('src/access') },
  'adapters/redis/audit-trail.ts': { rooms: ['src/access'], packages: ['ioredis'] },
  'adapters/redis/replay-guard.ts': { rooms: ['src/access'], packages: ['ioredis'] },
  'src/reports': {
    rooms: leftOf('src/reports'),
    packages: ['cron-parser', 'cronstrue', 'fastest-levenshtein', 'luxon', 'p-limit', 'zod'],
  },
  'src/reports/pictures/picture.ts': {
    rooms: ['src/reports', 'src/reports/pictures/small-png.ts'],
    packages: ['@napi-rs/canvas'],
  },
  'src/reports/pictures/small-png.ts': { packages: ['fast-png'] },
  'src/reports/pictures/matrix-picture.ts': {
    rooms: ['src/reports', 'src/reports/pictures/picture.ts'],
    packages: ['@napi-rs/canvas'],
  },
  'src/reports/pictures/trend-picture.ts': {
    rooms: ['src/reports', 'src/reports/pictures/picture.ts'],
    packages: ['@napi-rs/canvas'],
  },
  'adapters/redis/picture-shelf.ts': { rooms: ['src/reports'], packages: ['ioredis'] },
  'adapters/redis/reminders.ts': { rooms: ['src/reports'], packages: ['ioredis'] },
  'adapters/redis/report-records.ts': { rooms: ['src/reports'], packages: ['ioredis', 'zod'] },
  'adapters/redis/schedule-store.ts': {
    rooms: ['src/connections', 'src/reports', 'adapters/redis/report-records.ts'],
    packages: ['ioredis'],
  },
  'src/chat': {
    rooms: [...leftOf('src/chat'), ...pictures],
    packages: ['fastest-levenshtein', 'zod'],
  },
  'adapters/redis/pacing.ts': { rooms: ['src/chat'], packages: ['ioredis'] },
  'adapters/redis/message-log.ts': { rooms: ['src/chat'], packages: ['ioredis', 'zod'] },
  'adapters/slack': { rooms: [...core, ...pictures], packages: ['@slack/', 'zod'] },
  'adapters/teams': { rooms: [...core, ...pictures], packages: ['@microsoft/', 'express', 'jose', 'zod'] },
  'adapters/teams/manifest.ts': { rooms: ['adapters/teams', 'src/chat'], packages: ['fflate'] },
  'adapters/teams/redis-conversations.ts': { rooms: ['adapters/teams'], packages: ['ioredis', 'zod'] },
  'adapters/playground': {
    rooms: ['adapters/playground/wire.ts', 'src/chat', 'src/config/config.ts', 'src/verification'],
    packages: ['express', 'zod'],
  },
  'adapters/playground/wire.ts': {},
  'adapters/playground/vite.config.ts': { packages: ['vite'] },
  'adapters/playground/page': {
    rooms: ['adapters/playground/wire.ts'],
    packages: ['downshift', 'react', 'slack-blocks-to-jsx'],
  },
  jobs: { rooms: core, packages: ['bullmq', 'ioredis', 'luxon', 'zod'] },
};

/** Every room may reach these. */
const everywhere = ['src/errors.ts', 'src/logger.ts'];

/** The composition root sees every room, and nobody sees it; each chat platform has a file of it. */
const root = [
  'src/main.ts',
  'src/app/app.ts',
  'src/app/platform-parts.ts',
  'src/app/platform-slack.ts',
  'src/app/platform-teams.ts',
];

function roomOf(file: string): string | undefined {
  const holders = Object.keys(table).filter((room) => file === room || file.startsWith(`${room}/`));
  return holders.sort((one, other) => other.length - one.length)[0];
}

function mayReach(from: string, specifier: string, file: string): boolean {
  if (specifier.startsWith('node:')) return true;
  const { rooms = [], packages = [] } = table[from] ?? {};
  if (!specifier.startsWith('.')) return packages.some((name) => specifier.startsWith(name));
  const to = roomOf(path.join(path.dirname(file), specifier));
  return to !== undefined && [from, ...everywhere, ...rooms].includes(to);
}

const files = await Array.fromAsync(glob('{src,adapters,jobs}/**/*.{ts,tsx}'));

describe('every file imports only what its room may reach', () => {
  it.each(files.filter((file) => !root.includes(file)).sort())('%s', async (file) => {
    const room = roomOf(file);
    if (!room) throw new Error(`${file} is in no room: add its folder to the table`);

    const source = await readFile(file, 'utf8');
    const specifiers = [...source.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map(
      ([, name = '']) => name,
    );

    expect(specifiers.filter((specifier) => !mayReach(room, specifier, file))).toEqual([]);
  });

  it('starts nothing of the playground with the bot, and puts nothing of it into the image', async () => {
    const sources = await Promise.all(root.map((file) => readFile(file, 'utf8')));
    expect(sources.join('\n')).not.toContain('playground/');
    const ignored = (await readFile('.dockerignore', 'utf8')).trimEnd().split('\n');
    expect(ignored.indexOf('adapters/playground')).toBeGreaterThan(ignored.indexOf('!adapters'));
  });

  it('reads the environment in one place only', async () => {
    const readers = await Promise.all(
      files.map(async (file) => ((await readFile(file, 'utf8')).includes('process.env') ? file : '')),
    );
    expect(readers.filter(Boolean)).toEqual(['src/config/config.ts']);
  });

  it('has no room in the table that is not there', () => {
    expect(
      Object.keys(table).filter(
        (room) => !files.some((file) => file === room || file.startsWith(`${room}/`)),
      ),
    ).toEqual([]);
  });
});

describe('the table', () => {
  it.each([
    ['src/verification/verdict.ts', 'src/providers/provider.ts'],
    ['src/providers/aws/read-answers.ts', 'src/connections/store.ts'],
    ['src/providers/run-verification.ts', 'src/providers/aws/provider.ts'],
    ['src/chat/chat.ts', '@slack/bolt'],
    ['src/chat/chat.ts', 'src/app/app.ts'],
    ['src/connections/store.ts', 'adapters/redis/connection-store.ts'],
    ['adapters/slack/app.ts', 'jobs/verifications/verification-worker.ts'],
    ['jobs/verifications/verification-worker.ts', 'adapters/slack/app.ts'],
    ['adapters/slack/app.ts', 'bullmq'],
    ['adapters/slack/app.ts', 'adapters/teams/app.ts'],
    ['adapters/slack/app.ts', 'adapters/playground/server.ts'],
    ['adapters/playground/server.ts', 'adapters/slack/render.ts'],
    ['adapters/playground/page/desk.tsx', 'adapters/playground/server.ts'],
    ['adapters/teams/adapter.ts', 'adapters/teams/redis-conversations.ts'],
    ['adapters/teams/app.ts', 'adapters/slack/app.ts'],
    ['src/chat/chat.ts', '@microsoft/teams.apps'],
  ])('refuses %s to import %s', (file, target) => {
    const specifier = target.endsWith('.ts') ? `./${path.relative(path.dirname(file), target)}` : target;
    expect(mayReach(roomOf(file) ?? '', specifier, file)).toBe(false);
  });
});
