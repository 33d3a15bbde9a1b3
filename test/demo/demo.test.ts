import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
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
  expect(output).toContain('kim chooses "The worker holds it"');
  expect(output).toContain('vcenter can build images: 47 of 47 met');

  const example = await readFile(new URL('../../docs/example.md', import.meta.url), 'utf8');
  const [, shown = ''] = /<!-- demo -->\n```text\n(.*?)```\n<!-- \/demo -->/s.exec(example) ?? [];
  const [, thread = ''] = /(#images\n.*?)\n\nThe simulated account/s.exec(output) ?? [];
  // The document leaves the long alternatives out.
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
  const green = /✅ prod-eu can build images: .*/;
  expect(timeless(green.exec(output)?.[0] ?? '')).toBe(timeless(green.exec(example)?.[0] ?? 'nothing'));
});

describe('the port of the page', () => {
  it.each(['demo/demo.ts', 'demo/teams.ts'])(
    'is looked at by %s before anything is started',
    async (file) => {
      const other = createServer().listen({ host: '127.0.0.1', port: 0 });
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      const run = async (wanted: string) => {
        const child = spawn(process.execPath, [file], {
          env: { PATH: process.env.PATH, HOME: process.env.HOME, PLAYGROUND_PORT: wanted },
        });
        return Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
      };

      const [taken, wrong] = await Promise.all([run(String(port)), run('many')]);

      expect(taken.slice(0, 2)).toEqual([
        '',
        `Port ${port} cannot be used: another process is there already. Choose another one: PLAYGROUND_PORT=${port + 1}.\n`,
      ]);
      expect(wrong.slice(0, 2)).toEqual(['', expect.stringMatching(/^PLAYGROUND_PORT must be the number/)]);
      expect([taken[2][0], wrong[2][0]]).toEqual([64, 64]);
      other.close();
    },
  );
});
