import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { demoLacks } from '../../simulations/aws/demo-accounts.ts';

it('shows the thread that a person would read, and ends with status 0 because it is right', async () => {
  const child = spawn(process.execPath, ['demo/demo.ts', '--once'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });

  const [output, errors, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);

  expect(errors).toBe('');
  expect(status).toBe(0);
  expect(output).toContain('prod-eu cannot build images: 4 permissions are missing');
  for (const action of demoLacks) expect(output).toContain(action);
  expect(output).toContain('prod-eu can build images: 34 of 34 met');

  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  const [, shown = ''] = /<!-- demo -->\n```text\n(.*?)```\n<!-- \/demo -->/s.exec(readme) ?? [];
  const [, thread = ''] = /(#images\n.*?)\n\nThe simulated account/s.exec(output) ?? [];
  // The README leaves the long alternatives out.
  const short = thread.replace(
    /( {2}in its thread, 3)\n.*?(?=\n\n {2}in its thread, 4)/s,
    '$1: the same with Terraform and CloudFormation',
  );
  const timeless = (text: string) =>
    text
      .replace(/\d+\.\d s/, 'N s')
      .replace(/\d\d:\d\d UTC/, 'TIME')
      .trim();
  expect(timeless(short)).toBe(timeless(shown));
});
