import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { findRedisProgram } from './redis-program.ts';

export type PrivateRedis = {
  /** The Unix socket it listens on. */
  readonly socket: string;
  /** Ends the server after it has written everything to disk. */
  close(): Promise<void>;
};

/** A Unix socket's path may have no more bytes than this on any system we run on. */
const longestSocketPath = 100;

/** Runs the server as a child of a shell that ends it when our end of its input closes, even if we are killed. */
const guardScript = `exec 3<&0
"$@" </dev/null & server=$!
(read -r _ <&3; kill "$server" 2>/dev/null) & watcher=$!
wait "$server"; status=$?
kill "$watcher" 2>/dev/null
exit $status`;

function answers(socket: string): Promise<boolean> {
  return new Promise((done) => {
    const connection = connect(socket, () => connection.end(() => done(true)));
    connection.once('error', () => done(false));
  });
}

/** Waits until a condition holds; false when it did not within the time. */
async function until(condition: () => Promise<boolean> | boolean, timeoutMs: number): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > end) return false;
    await wait(20);
  }
  return true;
}

/** Where the private server of a data directory listens, unless that path is too long. */
export const socketOf = (dataDirectory: string): string => join(resolve(dataDirectory), 'redis.sock');

/** Whether another process finds the socket by the data directory alone. */
export const isSocketFound = (dataDirectory: string) =>
  Buffer.byteLength(socketOf(dataDirectory)) <= longestSocketPath;

async function socketPath(directory: string): Promise<string> {
  if (isSocketFound(directory)) return socketOf(directory);
  return join(await mkdtemp(join(tmpdir(), 'xoap-')), 'redis.sock');
}

function settings(socket: string, directory: string): string[] {
  return Object.entries({
    '--port': '0',
    '--unixsocket': socket,
    '--unixsocketperm': '700',
    '--dir': directory,
    '--appendonly': 'yes',
    '--appendfsync': 'always',
    '--maxmemory-policy': 'noeviction',
    '--save': '',
    '--loglevel': 'warning',
  }).flat();
}

/**
 * Starts a Redis server of our own on a Unix socket in the data directory, with everything written to disk before it
 * is acknowledged. It is restarted should it die, and ends with this process. Throws `redis.not-installed`, and
 * `redis.in-use` when another process already runs one there.
 */
export async function startPrivateRedis(dataDirectory: string, logger: Logger): Promise<PrivateRedis> {
  const directory = resolve(dataDirectory, 'redis');
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const socket = await socketPath(resolve(dataDirectory));
  // The server of a bot that was just killed needs a moment to end.
  if (!(await until(async () => !(await answers(socket)), 3_000))) {
    throw new AppError(`Another process already uses ${dataDirectory}`, {
      code: 'redis.in-use',
      hint: 'Stop it, or give this one another XOAP_DATA_DIR, or share a server with REDIS_URL.',
    });
  }
  await rm(socket, { force: true });

  let closing = false;
  let child: ChildProcess | undefined;
  let exited = false;

  function launch(program: string): void {
    exited = false;
    child = spawn('/bin/sh', ['-c', guardScript, 'redis-guard', program, ...settings(socket, directory)], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // Nothing of ours, in which tokens and keys stand.
      env: {},
      // In a group of its own, so that Ctrl-C in a terminal reaches the bot alone, which then ends it in order.
      detached: true,
    });
    child.once('exit', () => {
      exited = true;
      if (closing || !ready) return;
      logger.error({ program }, 'the private Redis server ended; starting it again');
      setTimeout(() => closing || launch(program), 200).unref();
    });
  }

  let ready = false;
  const program = await findRedisProgram();
  if (program) {
    launch(program);
    ready = (await until(async () => exited || (await answers(socket)), 10_000)) && !exited;
  }
  if (!ready) {
    throw new AppError('Cannot start a private Redis server', {
      code: 'redis.not-installed',
      hint: 'Install redis-server or valkey-server (npm run setup tells how), or set REDIS_URL.',
    });
  }
  logger.info({ socket }, 'private Redis server is ready');

  return {
    socket,
    async close() {
      closing = true;
      child?.stdin?.end();
      await until(() => exited, 5_000);
      await rm(socket, { force: true });
    },
  };
}
