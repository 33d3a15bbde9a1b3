import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedisProgram } from '../../adapters/redis/redis-program.ts';
import { freePort } from '../../simulations/free-port.ts';
import { until } from '../../simulations/until.ts';

/** A Redis server of the test's own, to be stopped, paused and restarted; everything is written to disk at once. */
export async function startRedisChild() {
  const [directory, port, program = 'redis-server'] = await Promise.all([
    mkdtemp(join(tmpdir(), 'xoap-redis-')),
    freePort(),
    findRedisProgram(),
  ]);
  let child: ChildProcess;

  const isUp = () =>
    new Promise<boolean>((done) => {
      const socket = connect(port, '127.0.0.1', () => socket.end(() => done(true)));
      socket.once('error', () => done(false));
    });

  async function start(): Promise<void> {
    const settings = ['--bind', '127.0.0.1', '--port', String(port), '--dir', directory, '--save', ''];
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction'];
    child = spawn(program, [...settings, ...durable], { stdio: 'ignore' });
    await until('Redis', isUp);
  }

  async function kill(): Promise<void> {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    kill,
    /** Empties it. */
    async flush(): Promise<void> {
      const client = new Redis(port, '127.0.0.1');
      await client.flushall();
      await client.quit();
    },
    pause: () => child.kill('SIGSTOP'),
    resume: () => child.kill('SIGCONT'),
    async close() {
      child.kill('SIGCONT');
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
