import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the setup unpacks a server that it may not install: see `scripts/unpack-redis.mjs`. */
const unpacked = fileURLToPath(new URL('../../.xoap/redis-server/redis-server', import.meta.url));

/** Servers that speak Redis' protocol, in the order in which they are tried: those of the system first. */
const redisPrograms: readonly string[] = ['redis-server', 'valkey-server', unpacked];

/** The first of them that runs on this machine; undefined where none does. */
export async function findRedisProgram(): Promise<string | undefined> {
  for (const program of redisPrograms) {
    const runs = await run(program, ['--version']).then(
      () => true,
      () => false,
    );
    if (runs) return program;
  }
  return undefined;
}
