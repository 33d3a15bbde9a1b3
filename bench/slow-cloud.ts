import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Trusted } from '../simulations/trusting.ts';

export type SlowCloud = {
  readonly url: string;
  /** The credential of somebody who lacks nothing. */
  readonly input: Readonly<Record<string, string>>;
  /** The file of the certificate that it shows. */
  readonly certificate: string;
  stop(): Promise<void>;
};

export type CloudName = 'aws' | 'azure' | 'google' | 'vsphere';

/** Starts a local cloud in a process of its own that holds each answer back. */
export async function startSlowCloud(
  name: CloudName,
  answerMs: number,
  trusted?: Trusted,
): Promise<SlowCloud> {
  const trust = trusted ? [JSON.stringify(trusted)] : [];
  const child = spawn(process.execPath, ['bench/cloud.ts', name, String(answerMs), ...trust], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    ...(JSON.parse(line) as Omit<SlowCloud, 'stop'>),
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}
