import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const program = process.env.XOAP_TEST_PROMTOOL ?? 'promtool';

/** Whether Prometheus' own tool is not here; where it must be, its absence is a fault of the test. */
export const isWithoutPromtool =
  process.env.XOAP_TEST_PROMTOOL === undefined && spawnSync(program, ['--version']).error !== undefined;

/** Runs Prometheus' own tool; resolves to what it complains of. */
export async function promtool(args: readonly string[], input = ''): Promise<string> {
  const child = spawn(program, args);
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return `${out}${err}`;
}
