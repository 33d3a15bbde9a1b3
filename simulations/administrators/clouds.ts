import type { Fixed } from '../../demo/playground/wire.ts';
import type { Remediation } from '../../src/verification/verification.ts';
import type { startSimulatedClouds } from '../simulated-clouds.ts';
import { fixAws } from './aws.ts';
import { fixAzure } from './azure.ts';
import { fixGoogle } from './google.ts';
import { fixVsphere } from './vsphere.ts';

type Clouds = Awaited<ReturnType<typeof startSimulatedClouds>>;

/** Administers all simulated clouds: carries out what a thread says, or nothing of it. */
export function createAdministrator({ cloud, azure, google, vsphere }: Clouds) {
  function put(state: ReturnType<typeof look>): void {
    const copy = structuredClone(state);
    cloud.accounts.splice(0, cloud.accounts.length, ...copy.accounts);
    Object.assign(azure.directory, copy.azure);
    Object.assign(google.directory, copy.google);
    Object.assign(vsphere.model, copy.vsphere);
  }

  const look = () =>
    structuredClone({
      accounts: cloud.accounts,
      azure: azure.directory,
      google: google.directory,
      vsphere: vsphere.model,
    });

  const before = look();

  /** Returns what the commands print that somebody needs, if anything. */
  type Fix = (snippets: readonly Remediation[]) => string[] | undefined;

  /** What a tool changes in the account that a message is about; undefined where that is none of the simulated ones. */
  const tools: Readonly<Record<string, (about: string) => Fix | undefined>> = {
    aws: (about) => {
      const account = cloud.accounts.find(({ id }) => about.includes(id));
      return account && ((snippets) => void fixAws(account, snippets));
    },
    az: (about) =>
      azure.directory.subscriptions.some(({ id }) => about.includes(id))
        ? (snippets) => fixAzure(azure.directory, snippets)
        : undefined,
    gcloud: (about) =>
      google.directory.projects.some(({ id }) => about.includes(`${id} `))
        ? (snippets) => void fixGoogle(google.directory, snippets)
        : undefined,
    govc: (about) =>
      about.includes(`127.0.0.1:${vsphere.port} `)
        ? (snippets) => void fixVsphere(vsphere.model, snippets)
        : undefined,
  };

  return {
    /** Returns the commands with what they printed. Throws, and changes nothing, where one of them fails, or the account is somebody's own. */
    carryOut(snippets: readonly Remediation[], about: string): Fixed {
      const done = snippets.filter(({ format }) => format === 'shell' || format === 'json');
      const commands = done.map(({ text }) => text);
      const [tool = ''] = done.find(({ format }) => format === 'shell')?.text.split(' ') ?? [];
      const find = tools[tool];
      if (!find) throw new Error(`"${tool}" is no tool that they know`);
      const fix = find(about);
      if (!fix) throw new Error('this thread is about an account that is none of theirs');
      const state = look();
      try {
        return { commands, printed: fix(snippets) ?? [] };
      } catch (error) {
        put(state);
        throw error;
      }
    },
    /** Puts everything back as it was. */
    reset: () => put(before),
  };
}
