import { glob, readFile } from 'node:fs/promises';
import { posix as path } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Each of these may reach what stands to its left. */
const core = [
  'src/catalog',
  'src/verification',
  'src/providers',
  'src/explain',
  'src/connections',
  'src/workspaces',
  'src/held',
  'src/backup',
  'src/issuer',
  'src/access',
  'src/reports',
  'src/chat',
];
const leftOf = (room: string) => core.slice(0, core.indexOf(room));

const files = (await Array.fromAsync(glob('{src,adapters,jobs,demo,simulations}/**/*.{ts,tsx}')))
  .filter((file) => !file.includes('/dist/'))
  .sort();
const foldersIn = (parent: string) => [
  ...new Set(files.flatMap((file) => new RegExp(`^${parent}/[^/]+(?=/)`).exec(file)?.[0] ?? [])),
];
const providers = foldersIn('src/providers');

const settings = [
  'src/app/settings.ts',
  'jobs/settings.ts',
  'adapters/slack/settings.ts',
  'adapters/teams/settings.ts',
  'adapters/redis/settings.ts',
];

/** Who may reach whom besides itself; deny by default. A file that may reach more than its folder is a room of its own. */
const rooms: Record<string, readonly string[]> = {
  ...Object.fromEntries(core.map((room) => [room, leftOf(room)])),
  ...Object.fromEntries(providers.map((room) => [room, [...leftOf('src/providers'), 'src/providers']])),
  'src/providers/registry.ts': ['src/providers', ...providers],
  // Settings stand beside what they are for, and may be read together.
  'src/config': [...core, 'src/providers/registry.ts', ...settings],
  'src/cli': [
    ...leftOf('src/access'),
    'src/cli/doctor',
    'src/cli/issuer',
    'src/cli/store',
    'src/config',
    'src/providers/registry.ts',
    'adapters/slack',
    'adapters/teams/manifest.ts',
  ],
  // Looks at everything that the bot stands on.
  'src/cli/doctor': [
    'src/cli',
    'src/app/teams-app.ts',
    'src/connections',
    'src/held',
    'src/issuer',
    'src/providers',
    'src/config',
    'src/providers/registry.ts',
    'adapters/slack',
    'adapters/teams',
    'adapters/redis',
    'jobs',
  ],
  // All that the bot keeps, and whether it runs.
  'src/cli/store': [
    'src/cli',
    'src/config',
    'src/connections',
    'src/backup',
    'src/issuer',
    'adapters/redis',
    'adapters/redis/address.ts',
  ],
  // The bot's own keys, wherever the bot keeps them.
  'src/cli/issuer': [
    'src/cli',
    'src/cli/store',
    'src/config',
    'src/connections',
    'src/issuer',
    'src/app/issuer.ts',
    'adapters/redis',
    'adapters/teams',
  ],
  'src/app/teams-app.ts': [
    'src/config',
    'src/issuer',
    'src/app/issuer.ts',
    'adapters/redis',
    'adapters/teams',
  ],
  'src/app/issuer.ts': ['src/config', 'src/connections', 'src/issuer', 'adapters/redis'],
  ...Object.fromEntries(settings.map((file) => [file, []])),
  // What an address is, is a question of settings too.
  'adapters/redis/address.ts': [],
  'adapters/redis/settings.ts': ['adapters/redis/address.ts'],
  'adapters/slack': core,
  'adapters/teams': core,
  'adapters/web': core,
  'adapters/teams/manifest.ts': ['adapters/teams', 'src/chat'],
  'adapters/redis': [...core, 'adapters/redis/address.ts'],
  jobs: core,
  // The composition root sees every room of the bot.
  'src/main.ts': ['src/app', 'src/config'],
  'src/bundled.ts': ['src/main.ts'],
  'src/app/health-check.ts': ['src/config'],
  'src/app': [
    ...core,
    'src/app/issuer.ts',
    'src/app/teams-app.ts',
    'src/config',
    'src/providers/registry.ts',
    'adapters/slack',
    'adapters/teams',
    'adapters/web',
    'adapters/redis',
    'jobs',
  ],
  // What is only for trying out; the bot reaches none of it.
  simulations: [
    'src/catalog',
    'src/verification',
    'adapters/slack',
    'adapters/teams',
    'demo/playground/wire.ts',
  ],
  demo: [
    'simulations',
    'demo/playground',
    'demo/playground/wire.ts',
    'src/app',
    'src/config',
    'src/providers',
    'src/providers/registry.ts',
    ...providers,
  ],
  'demo/playground': ['simulations', 'demo/playground/wire.ts', 'src/chat', 'src/config', 'src/verification'],
  'demo/playground/wire.ts': ['simulations'],
  'demo/playground/page': ['demo/playground/wire.ts', 'simulations'],
};

/** Every room may reach these. */
const everywhere = [
  'src/errors.ts',
  'src/examined.ts',
  'src/html.ts',
  'src/logger.ts',
  'src/metrics.ts',
  'src/outgoing.ts',
  'src/deadline.ts',
  'src/json.ts',
  'src/lazily.ts',
  'src/located-yaml.ts',
  'src/setting.ts',
  'src/tracing.ts',
];

/** Where packages may be named, by the start of their names; nowhere else. */
const packages: Record<string, readonly string[]> = {
  zod: ['src', 'adapters', 'jobs', 'demo', 'simulations'],
  pino: ['src/logger.ts'],
  commander: ['src/cli'],
  '@bomb.sh/tab': ['src/cli'],
  sarif: ['src/cli/formats'],
  express: ['src/app', 'adapters/teams', 'adapters/web', 'demo', 'simulations'],
  jose: [
    'src/connections',
    'src/issuer',
    'src/cli/token-file.ts',
    'src/providers/azure',
    'adapters/teams',
    'simulations',
  ],
  yaml: ['src/held', 'src/located-yaml.ts'],
  ioredis: ['adapters/redis', 'jobs'],
  bullmq: ['jobs'],
  luxon: ['src/reports', 'jobs'],
  'cron-parser': ['src/reports'],
  'csv-stringify': ['src/chat/exports'],
  cronstrue: ['src/reports'],
  'fastest-levenshtein': ['src/connections', 'src/reports', 'src/chat'],
  htmlparser2: ['adapters/teams'],
  'prom-client': ['src/app'],
  '@opentelemetry/': ['src/tracing.ts', 'src/app/tracing.ts'],
  'p-limit': [
    'src/app',
    'jobs',
    'src/reports',
    'src/providers/aws',
    'src/providers/azure',
    'src/providers/vsphere',
  ],
  '@napi-rs/canvas': ['src/reports/pictures'],
  'fast-png': ['src/reports/pictures'],
  '@aws-sdk/': ['src/providers/aws'],
  '@smithy/': ['src/providers/aws'],
  '@azure/': ['src/providers/azure'],
  // Microsoft's own way to sign in, for Teams without a secret.
  '@azure/identity': ['src/providers/azure', 'adapters/teams/sign-in.ts'],
  '@google-cloud/iam': ['src/providers/google'],
  'google-auth-library': ['src/providers/google'],
  axios: ['src/providers/vsphere'],
  'fast-xml-parser': ['src/providers/vsphere', 'src/cli/formats', 'simulations'],
  '@slack/': ['adapters/slack'],
  '@microsoft/': ['adapters/teams'],
  fflate: ['adapters/teams/manifest.ts'],
  'package.json': [
    'adapters/teams/manifest.ts',
    'src/app/http-server.ts',
    'src/app/tracing.ts',
    'src/cli',
    'src/main.ts',
  ],
  emulate: ['simulations/slack'],
  adaptivecards: ['simulations/teams'],
  selfsigned: ['simulations'],
  'shell-quote': ['simulations/administrators'],
  vite: ['demo/playground/vite.config.ts'],
  downshift: ['demo/playground/page'],
  react: ['demo/playground/page'],
  'slack-blocks-to-jsx': ['demo/playground/page'],
};

const isIn = (room: string, file: string) => file === room || file.startsWith(`${room}/`);

function roomOf(file: string): string | undefined {
  const holders = [...Object.keys(rooms), ...everywhere].filter((room) => isIn(room, file));
  return holders.sort((one, other) => other.length - one.length)[0];
}

function mayReach(file: string, target: string): boolean {
  if (target.startsWith('node:')) return true;
  if (!/^(src|adapters|jobs|demo|simulations)\//.test(target))
    return Object.entries(packages).some(
      ([name, users]) => target.startsWith(name) && users.some((user) => isIn(user, file)),
    );
  const [from = '', to] = [roomOf(file), roomOf(target)];
  return to !== undefined && [from, ...everywhere, ...(rooms[from] ?? [])].includes(to);
}

/** What a file imports: packages, and files by their path in the repository. */
async function targetsOf(file: string): Promise<string[]> {
  const source = await readFile(file, 'utf8');
  const named = [...source.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) => name);
  return named.map((name) => (name.startsWith('.') ? path.join(path.dirname(file), name) : name));
}

describe('every file imports only what its room may reach', () => {
  it.each(files)('%s', async (file) => {
    expect(roomOf(file), 'it is in no room: add its folder to the table').toBeDefined();
    expect((await targetsOf(file)).filter((target) => !mayReach(file, target))).toEqual([]);
  });
});

describe('the table', () => {
  it('names no room and no package that is not there', async () => {
    const used = (await Promise.all(files.map(targetsOf))).flat();
    expect(Object.keys(rooms).filter((room) => !files.some((file) => isIn(room, file)))).toEqual([]);
    expect(Object.keys(packages).filter((name) => !used.some((target) => target.startsWith(name)))).toEqual(
      [],
    );
  });

  it.each([
    ['src/verification/verdict.ts', 'src/providers/provider.ts'],
    ['src/providers/aws/check.ts', 'src/connections/store.ts'],
    ['src/providers/aws/check.ts', 'src/providers/azure/check.ts'],
    ['src/providers/run-verification.ts', 'src/providers/aws/provider.ts'],
    ['src/chat/chat.ts', '@slack/bolt'],
    ['src/chat/chat.ts', 'src/app/app.ts'],
    ['src/connections/store.ts', 'adapters/redis/connection-store.ts'],
    ['src/connections/store.ts', 'ioredis'],
    ['adapters/slack/app.ts', 'jobs/verifications/verification-worker.ts'],
    ['adapters/slack/app.ts', 'adapters/teams/app.ts'],
    ['adapters/slack/app.ts', 'bullmq'],
    ['jobs/checks/check.ts', 'adapters/slack/app.ts'],
    ['src/app/app.ts', 'demo/playground/server.ts'],
    ['src/app/app.ts', 'simulations/slack/workspace.ts'],
    ['demo/playground/server.ts', 'adapters/slack/render.ts'],
    ['demo/playground/page/desk.tsx', 'demo/playground/server.ts'],
  ])('refuses %s to reach %s', (file, target) => {
    expect(mayReach(file, target)).toBe(false);
  });
});

describe('the bot', () => {
  it('reads the environment in one place only', async () => {
    const own = files.filter((file) => !/^(demo|simulations)\//.test(file));
    const readers = await Promise.all(
      own.map(async (file) => ((await readFile(file, 'utf8')).includes('process.env') ? file : '')),
    );
    expect(readers.filter(Boolean)).toEqual(['src/config/config.ts']);
  });

  it('has nothing in its image that is only for trying out', async () => {
    const ignored = (await readFile('.dockerignore', 'utf8')).trimEnd().split('\n');
    const taken = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(ignored[0]).toBe('**');
    expect(taken).toEqual([
      'package.json',
      'package-lock.json',
      'scripts/bundle.mjs',
      'scripts/unbundled.mjs',
      'scripts/image-tree.mjs',
      'src',
      'adapters',
      'jobs',
    ]);
  });

  it('starts workers in containers as npm start does, with the same memory', async () => {
    const flags = (text: string) => text.match(/--max-semi-space-size=\d+|dist\/bot\/[\w./]+/g);
    const [compose, scripts] = await Promise.all([
      readFile('docker-compose.yml', 'utf8'),
      readFile('package.json', 'utf8'),
    ]);
    expect(flags(compose)).toHaveLength(2);
    expect(flags(scripts)).toEqual(flags(compose));
  });
});
