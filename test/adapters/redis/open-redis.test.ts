import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedis } from '../../../adapters/redis/open-redis.ts';
import { findRedisProgram } from '../../../adapters/redis/redis-program.ts';
import { freePort } from '../../../simulations/free-port.ts';
import { loopbackCertificate, trustLoopback } from '../../../simulations/tls.ts';
import { until } from '../../../simulations/until.ts';
import { createLogger } from '../../../src/logger.ts';
import { startRedisChild } from '../../support/redis-child.ts';
import { silent } from '../../support/silent.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'xoap-private-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const settings = (dataDirectory: string) => ({ url: undefined, dataDirectory });

describe('the private Redis', () => {
  it('writes everything to disk, drops nothing, listens on no port, and keeps what was stored', async () => {
    const first = await openRedis(settings(directory), silent);
    const config = await first.prompt.config('GET', 'append*');
    expect(Object.fromEntries(pairs(config as string[]))).toMatchObject({
      appendonly: 'yes',
      appendfsync: 'always',
    });
    expect(((await first.prompt.config('GET', 'maxmemory-policy')) as string[])[1]).toBe('noeviction');
    expect(((await first.prompt.config('GET', 'port')) as string[])[1]).toBe('0');
    await first.prompt.set('kept', 'yes');
    await first.close();

    const second = await openRedis(settings(directory), silent);
    expect(await second.prompt.get('kept')).toBe('yes');
    await second.close();
  });

  it('is refused to a second process, with what to do', async () => {
    const first = await openRedis(settings(directory), silent);

    await expect(openRedis(settings(directory), silent)).rejects.toMatchObject({ code: 'redis.in-use' });

    await first.close();
  });

  it('starts again when it dies', async () => {
    const redis = await openRedis(settings(directory), silent);
    await redis.prompt.set('before', 'yes');
    const pid = Number(/process_id:(\d+)/.exec(await redis.prompt.info('server'))?.[1]);
    process.kill(pid, 'SIGKILL');

    expect(await redis.patient.get('before')).toBe('yes');
    await until('a new connection', () => redis.prompt.ping().catch(() => false as const));
    await redis.close();
  });

  it('ends with a bot that is killed', async () => {
    const script = `
      import { openRedis } from './src/redis.ts';
      import { createLogger } from './src/logger.ts';
      await openRedis({ url: undefined, dataDirectory: process.argv[1] }, createLogger('error'));
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
      stdio: 'ignore',
    });
    await once(child, 'exit');

    await until('the end of the server', () => isGone(join(directory, 'redis.sock')));
  });

  it('gets nothing of the environment of the bot, in which tokens stand', async () => {
    process.env.XOAP_TEST_PLANTED = 'planted';
    const redis = await openRedis(settings(directory), silent);
    const pid = /process_id:(\d+)/.exec(await redis.prompt.info('server'))?.[1];

    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');

    expect(environment).not.toContain('planted');
    delete process.env.XOAP_TEST_PLANTED;
    await redis.close();
  });

  it('finds a short place for its socket when the directory has a long name', async () => {
    const deep = join(directory, 'x'.repeat(60), 'y'.repeat(60));
    const redis = await openRedis(settings(deep), silent);
    expect(await redis.prompt.ping()).toBe('PONG');
    await redis.close();
  });
});

describe('an outside Redis', () => {
  it('is checked at the start, and what is unsafe is said', async () => {
    const child = await startRedisChild();
    const lines: string[] = [];
    const logger = createLogger('info', { write: (line) => void lines.push(line) });
    const safe = await openRedis({ url: child.url, dataDirectory: directory }, logger);
    expect(lines).toEqual([]);
    await safe.prompt.config('SET', 'maxmemory-policy', 'allkeys-lru');
    await safe.prompt.config('SET', 'appendonly', 'no');
    await safe.close();

    const unsafe = await openRedis({ url: child.url, dataDirectory: directory }, logger);
    expect(lines.join()).toContain('Set maxmemory-policy to noeviction');
    expect(lines.join()).toContain('Set appendonly to yes');
    await unsafe.close();
    await child.close();
  });

  it('that cannot carry the bot ends the start, with its reason and what to do', async () => {
    const child = await startRedisChild();
    const client = new Redis(child.url);
    const open = (url: string) => openRedis({ url, dataDirectory: directory }, silent);

    await expect(open(child.url.replace('redis://', 'redis+cluster://'))).rejects.toMatchObject({
      code: 'redis.unfit',
      message: 'This Redis is no cluster',
      hint: 'Name it with redis://HOST:PORT.',
    });
    await client.call('REPLICAOF', '127.0.0.1', '9');
    await expect(open(child.url)).rejects.toMatchObject({
      code: 'redis.unfit',
      message: 'This Redis is a replica, which takes nothing in',
    });
    client.disconnect();
    await child.close();
  });

  it('is used with TLS, a user and a database of its own', async () => {
    await trustLoopback();
    const { cert, key } = await loopbackCertificate();
    const [certFile, keyFile] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
    await Promise.all([writeFile(certFile, cert), writeFile(keyFile, key)]);
    const port = await freePort();
    const child = spawn((await findRedisProgram()) ?? '', [
      ...['--port', '0', '--tls-port', String(port), '--bind', '127.0.0.1', '--dir', directory, '--save', ''],
      ...['--tls-cert-file', certFile, '--tls-key-file', keyFile, '--tls-auth-clients', 'no'],
      ...['--user', 'joe', 'on', '>fake', '~*', '&*', '+@all'],
    ]);
    const url = `rediss://joe:fake@localhost:${port}/3`;
    const redis = await until('Redis', () =>
      openRedis({ url, dataDirectory: directory }, silent).catch(() => undefined),
    );

    await redis.prompt.set('here', '1');

    expect(await redis.prompt.call('CLIENT', 'INFO')).toMatch(/ db=3 .*user=joe/);
    await redis.close();
    child.kill();
  });

  it('that cannot be reached ends the start', async () => {
    const settings = { url: 'redis://127.0.0.1:9', dataDirectory: directory };
    await expect(openRedis(settings, silent)).rejects.toMatchObject({ code: 'redis.unavailable' });
  });
});

function pairs(list: string[]): [string, string][] {
  return list.flatMap((name, index) => (index % 2 === 0 ? [[name, list[index + 1] ?? '']] : [])) as [
    string,
    string,
  ][];
}

function isGone(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path, () => socket.end(() => done(false)));
    socket.once('error', () => done(true));
  });
}
