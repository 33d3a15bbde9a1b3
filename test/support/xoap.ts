import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { compileCache } from '../../simulations/compile-cache.ts';

export type Running = {
  readonly command?: string;
  readonly before?: string[];
  readonly environment?: Record<string, string>;
};

/** Runs the command line with an environment of its own, and with this on standard input. */
export async function runXoap(
  args: string[],
  input: string,
  { command = process.execPath, before = ['src/cli/cli.ts'], environment = {} }: Running = {},
) {
  const { PATH, HOME } = process.env;
  const child = spawn(command, [...before, ...args], {
    env: { PATH, HOME, ...compileCache, ...environment },
  });
  // Whoever is refused before the input is read has ended by then.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const [output, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { output, errors, status: status as number };
}
