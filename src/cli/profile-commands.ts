import type { Command } from 'commander';
import { readProfilesDirectory, readProviderSettings } from '../config/config.ts';
import { loadProvidersWith, readProfileFile } from '../config/profile-files.ts';
import { isAppError } from '../errors.ts';
import { loadProviders } from '../providers/registry.ts';
import { BadInput } from './bad-input.ts';

/** Says what is wrong with the file of a profile, and what is to be known of it; ends with 1 where something is wrong. */
async function check(path: string): Promise<void> {
  try {
    const { profile, mistakes, remarks } = readProfileFile(path, await loadProviders());
    for (const line of [...mistakes, ...remarks.map((remark) => `${remark} (not a mistake)`)])
      process.stdout.write(`${line}\n`);
    if (profile)
      process.stdout.write(
        `${path}: nothing is wrong with it: ${profile.title}, ${profile.requirements.length} requirements in ${profile.provider}\n`,
      );
    process.exitCode = mistakes.length > 0 ? 1 : 0;
  } catch (error) {
    if (isAppError(error, 'config.invalid')) throw new BadInput(`${path} cannot be read.`, { cause: error });
    throw error;
  }
}

/** Lists every profile that a bot of these settings has. */
async function list(): Promise<void> {
  const { all } = await loadProvidersWith(readProviderSettings(), readProfilesDirectory());
  for (const { id: provider, profiles } of all)
    for (const { id, title, version, isExample, requirements } of profiles) {
      const about = `${title}${isExample ? ' (an example)' : ''}, ${version}, ${requirements.length} requirements`;
      process.stdout.write(`${provider.padEnd(8)} ${id.padEnd(18)} ${about}\n`);
    }
}

/** `xoap profile`: what connections can be for. */
export function addProfile(program: Command): void {
  const profile = program.command('profile').description('look at profiles: what connections can be for');
  profile
    .command('check')
    .description('say what is wrong with a profile of your own, each mistake with its line and column')
    .argument('<file>', 'the file, YAML or JSON; docs/profile.schema.json describes it')
    .action(check);
  profile
    .command('list')
    .description('list the profiles of this version and those in XOAP_PROFILES_DIR')
    .action(list);
}
