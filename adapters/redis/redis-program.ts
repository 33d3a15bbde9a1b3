import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the setup unpacks a server that it may not install: see `scripts/unpack-redis.mjs`. */
const unpacked = fileURLToPath(new URL('../../.xoap/redis-server/redis-server', import.meta.url));

/** Servers that speak Redis' protocol, in the order in which they are tried: those of the system first. */
const redisPrograms: readonly string[] = ['redis-server', 'valkey-server', unpacked];

/** Where a program stands, by the path that this process has. */
async function whereIs(program: string): Promise<string | undefined> {
  const found = await run('/bin/sh', ['-c', 'command -v "$0"', program]).catch(() => undefined);
  return found?.stdout.trim() || undefined;
}

/** The first of them that runs on this machine, with its path; undefined where none does. */
export async function findRedisProgram(): Promise<string | undefined> {
  for (const program of redisPrograms) {
    const path = await whereIs(program);
    if (!path) continue;
    const runs = await run(path, ['--version']).then(
      () => true,
      () => false,
    );
    if (runs) return path;
  }
  return undefined;
}
