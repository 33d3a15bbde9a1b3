import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../simulations/until.ts';

const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

let directory: string;
let started: ChildProcess | undefined;

/** Every program of the system but servers that speak Redis' protocol, and this Node. */
async function linkPrograms(folder: string): Promise<void> {
  await mkdir(folder);
  const names = await readdir('/usr/bin');
  const others = names.filter((name) => !/redis|valkey|^node$/.test(name));
  await Promise.all(others.map((name) => symlink(join('/usr/bin', name), join(folder, name))));
  // Copied, since its own folder may be closed to others.
  await cp(process.execPath, join(folder, 'node'));
}

/** What the setup reads, with its packages installed. */
async function copyCheckout(folder: string): Promise<void> {
  const lock = await readFile('package-lock.json');
  const folders = ['node_modules', 'src/app', 'src/cli', 'jobs'].map((name) => join(folder, name));
  await Promise.all(folders.map((path) => mkdir(path, { recursive: true })));
  const bundler = ['rolldown', '@rolldown', '@oxc-project'].map((name) => join('node_modules', name));
  await Promise.all([
    ...['scripts', ...bundler].map((name) => cp(name, join(folder, name), { recursive: true })),
    ...['bundled.ts', 'cli/cli.ts', 'app/health-check.ts'].map((name) =>
      writeFile(join(folder, 'src', name), "console.log('it runs');\n"),
    ),
    cp('adapters/redis/redis-program.ts', join(folder, 'adapters', 'redis', 'redis-program.ts')),
    writeFile(join(folder, 'package-lock.json'), lock),
    writeFile(join(folder, 'package.json'), '{ "type": "module" }'),
    writeFile(join(folder, 'node_modules', '.xoap-lock'), createHash('sha256').update(lock).digest('hex')),
  ]);
}

async function giveAway(path: string): Promise<void> {
  if (!isRoot) return;
  for (const name of ['', ...(await readdir(path, { recursive: true }))])
    await chown(join(path, name), nobody, nobody);
}

/** Runs a program in the copy, as a user without rights whose PATH holds no Redis. */
function asOrdinaryUser(command: string, args: string[], more: Record<string, string> = {}) {
  return spawn(join(directory, 'bin', command), args, {
    cwd: join(directory, 'checkout'),
    env: { PATH: join(directory, 'bin'), HOME: directory, ...more },
    ...(isRoot && { uid: nobody, gid: nobody }),
  });
}

async function ended(child: ChildProcess) {
  const [output, errors, [status]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    once(child, 'exit'),
  ]);
  return { output, errors, status };
}

const setUp = (more?: Record<string, string>) =>
  ended(asOrdinaryUser('node', ['scripts/setup.mjs', 'start'], more));

// Of Debian and Ubuntu alone; elsewhere the setup says what is to be installed.
describe.runIf(existsSync('/usr/bin/apt-get'))(
  'the setup for somebody without rights and without a Redis',
  () => {
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'xoap-setup-'));
      await Promise.all([linkPrograms(join(directory, 'bin')), copyCheckout(join(directory, 'checkout'))]);
      await chmod(directory, 0o755);
      await giveAway(join(directory, 'checkout'));
    });
    afterAll(async () => {
      started?.kill();
      await rm(directory, { recursive: true, force: true });
    });

    it('says what is needed where it may install nothing', async () => {
      const { errors, status } = await setUp({ XOAP_NO_INSTALL: '1' });

      expect(errors).toContain(
        'a Redis server is needed. Install one of: "sudo apt-get install redis-server"',
      );
      expect(status).toBe(1);
    });

    it('unpacks a server below .xoap, changes nothing of the system, and does it once', async () => {
      const [first, second] = [await setUp(), await setUp()];

      expect(first.errors).toContain('setup: unpacking redis-server below .xoap');
      expect(first.errors).toContain('setup: bundling the bot');
      expect([first.status, second.status]).toEqual([0, 0]);
      expect(second.errors).toBe('');
      expect(await readdir(join(directory, 'checkout', '.xoap'))).toEqual(['redis-server']);
    });

    it('unpacks one that the bot finds, and that serves', async () => {
      const program =
        "import('./adapters/redis/redis-program.ts').then(async (r) => console.log(await r.findRedisProgram()))";
      const { output } = await ended(asOrdinaryUser('node', ['-e', program]));
      expect(output.trim()).toBe(join(directory, 'checkout', '.xoap', 'redis-server', 'redis-server'));

      const socket = join(directory, 'checkout', 'redis.sock');
      started = asOrdinaryUser('sh', [
        '-c',
        `exec ${output.trim()} --port 0 --save '' --unixsocket ${socket} --unixsocketperm 777`,
      ]);
      await until('the server', () => existsSync(socket));
      const redis = new Redis(socket);
      expect(await redis.ping()).toBe('PONG');
      redis.disconnect();
    });
  },
);
