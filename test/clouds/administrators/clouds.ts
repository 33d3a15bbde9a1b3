import type { Remediation } from '../../../src/verification/verification.ts';
import type { startSimulatedClouds } from '../../support/simulated-clouds.ts';
import { fixAws } from './aws.ts';
import { fixAzure } from './azure.ts';
import { fixGoogle } from './google.ts';
import { fixVsphere } from './vsphere.ts';

type Clouds = Awaited<ReturnType<typeof startSimulatedClouds>>;

/** Administers all simulated clouds: carries out whatever a thread says, for whomever it names, or nothing of it. */
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

  /** The account of the user or role that a fix names. */
  function fixNamedAccount(snippets: readonly Remediation[]): void {
    const names = snippets.flatMap(({ text }) => [...text.matchAll(/--(?:user|role)-name (\S+)/g)]);
    const account = cloud.accounts.find(({ principals }) =>
      principals.some(({ name }) => names.some(([, each]) => each === name)),
    );
    if (!account) throw new Error('none of their accounts has such a user or role');
    fixAws(account, snippets);
  }

  const tools: Readonly<Record<string, (snippets: readonly Remediation[]) => void>> = {
    aws: fixNamedAccount,
    az: (snippets) => fixAzure(azure.directory, snippets),
    gcloud: (snippets) => fixGoogle(google.directory, snippets),
    govc: (snippets) => fixVsphere(vsphere.model, snippets),
  };

  return {
    /** Returns the commands. Throws, and changes nothing, where one of them fails. */
    carryOut(snippets: readonly Remediation[]): string[] {
      const commands = snippets.filter(({ format }) => format === 'shell').map(({ text }) => text);
      const [tool = ''] = commands[0]?.split(' ') ?? [];
      const fix = tools[tool];
      if (!fix) throw new Error(`"${tool}" is no tool that they know`);
      const state = look();
      try {
        fix(snippets);
      } catch (error) {
        put(state);
        throw error;
      }
      return commands;
    },
    /** Puts everything back as it was. */
    reset: () => put(before),
  };
}
