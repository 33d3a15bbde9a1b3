import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoKeys, documentedActions } from '../simulations/aws/demo-accounts.ts';
import { measure, type Row } from './measure.ts';
import { startSlowCloud } from './slow-cloud.ts';

/** Milliseconds that a command takes as a whole process. */
async function timed(
  command: string,
  args: readonly string[],
  environment: Record<string, string>,
): Promise<number> {
  const started = performance.now();
  const child = spawn(command, args, {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = (await once(child, 'exit')) as [number];
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
  return performance.now() - started;
}

/** The file of the `aws` command; without one the rows are left out. */
function awsCommand(): string | undefined {
  // A shim of pyenv takes longer than the command.
  for (const [finder, ...words] of [
    ['pyenv', 'which', 'aws'],
    ['which', 'aws'],
  ] as const) {
    const { status, stdout } = spawnSync(finder, words, { encoding: 'utf8' });
    if (status === 0) return stdout.trim();
  }
  return undefined;
}

/** `xoap verify aws` as a whole process, against the `aws` command that makes one call, and that makes them all. */
export async function commandLine(): Promise<Row[]> {
  const aws = awsCommand();
  if (!aws) return [];
  const cloud = await startSlowCloud('aws', 0);
  const { id, secret } = demoKeys.complete;
  const environment = {
    AWS_ENDPOINT_URL: cloud.url,
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: 'eu-central-1',
    AWS_DEFAULT_REGION: 'eu-central-1',
    // As it is after the first time: the warm-up round fills it.
    NODE_COMPILE_CACHE: await mkdtemp(join(tmpdir(), 'xoap-bench-')),
  };
  const xoap = async () => [
    await timed(process.execPath, ['dist/cli/xoap.mjs', 'verify', 'aws'], environment),
  ];
  const oneCall = () => timed(aws, ['sts', 'get-caller-identity'], environment);
  const rows = await measure(
    [{ name: 'xoap verify aws as a process, against aws with one call', unit: 'ms', bar: { atMost: 1 } }],
    { product: xoap, baseline: async () => [await oneCall()] },
  );
  const loop = await measure(
    [
      {
        name: `xoap verify aws as a process, against a shell loop of ${documentedActions.length} calls of aws`,
        unit: 'ms',
        bar: { atMost: 0.1 },
      },
    ],
    {
      product: xoap,
      baseline: async () => {
        const started = performance.now();
        for (const _action of documentedActions) await oneCall();
        return [performance.now() - started];
      },
    },
    1,
  );
  await cloud.stop();
  return [...rows, ...loop];
}
