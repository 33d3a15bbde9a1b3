import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startBotProcess } from '../simulations/bot-process.ts';
import type { SlackWorkspace } from '../simulations/slack/workspace.ts';
import type { startVsphereCloud } from '../simulations/vsphere/cloud.ts';
import { vsphereCredential } from '../simulations/vsphere/demo-accounts.ts';

type Around = {
  readonly workspace: SlackWorkspace;
  readonly vsphere: Pick<Awaited<ReturnType<typeof startVsphereCloud>>, 'port' | 'fingerprint'>;
};

/**
 * A second worker in a process of its own, which alone has the file with the password of a vCenter, and no chat token; the bot
 * has not so much as its path.
 */
export async function startHolder(
  settings: Record<string, string>,
  bot: { readonly redisSocket: string },
  { workspace, vsphere }: Around,
) {
  const folder = await mkdtemp(join(tmpdir(), 'xoap-held-'));
  const { port, fingerprint: certificateSha256 } = vsphere;
  const credential = vsphereCredential('full', port, { certificateSha256 });
  const name = 'vcenter-prod';
  const content = { provider: 'vsphere', workspaces: [`slack:${workspace.teamId}`], credential };
  await writeFile(join(folder, `${name}.json`), JSON.stringify(content), { mode: 0o600 });
  const worker = await startBotProcess(
    {
      ...settings,
      XOAP_PROCESS: 'worker',
      XOAP_HELD_CREDENTIALS: folder,
      XOAP_DEMO_REDIS: bot.redisSocket,
    },
    undefined,
    'demo/bot.ts',
  );
  return {
    name,
    password: credential.password,
    async close() {
      await worker.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
