import { type Command, Option } from 'commander';
import type { Profile } from '../catalog/profile.ts';
import { readProfilesDirectory, readProviderSettings } from '../config/config.ts';
import { loadProvidersWith } from '../config/profile-files.ts';
import { documentedProfile } from '../providers/profiles.ts';
import type { Provider } from '../providers/provider.ts';
import { BadInput } from './bad-input.ts';
import { type PermissionsFormat, permissionsFormats, writePermissions } from './formats/permissions.ts';
import { shownBack } from './printable.ts';

type Options = { readonly profile?: string; readonly format: PermissionsFormat };

function profileNamed(provider: Provider, id: string | undefined): Profile {
  if (id === undefined) return documentedProfile(provider);
  const found = provider.profiles.find((profile) => profile.id === id);
  if (found) return found;
  const known = provider.profiles.map((profile) => profile.id).join(', ');
  throw new BadInput(`${provider.label} has no profile "${shownBack(id) ?? ''}". It has: ${known}.`);
}

/** Prints what a profile asks for at a provider. */
async function print(name: string, { profile: id, format }: Options): Promise<void> {
  const { all, find } = await loadProvidersWith(readProviderSettings(), readProfilesDirectory());
  const provider = find(name);
  if (!provider)
    throw new BadInput(
      `There is no provider "${shownBack(name) ?? ''}". Choose one of: ${all.map((each) => each.id).join(', ')}.`,
    );
  process.stdout.write(`${writePermissions(format, { provider, profile: profileNamed(provider, id) })}\n`);
}

/** `xoap permissions PROVIDER`: the catalogue for machines, and what to copy. */
export function addPermissions(program: Command): void {
  program
    .command('permissions')
    .description('print what is needed at a provider, as a list or as something to copy')
    .argument('<provider>')
    .option('-p, --profile <id>', 'of this profile; "xoap profile list" names them', undefined)
    .addOption(
      new Option('--format <format>', 'how it is written').choices(permissionsFormats).default('markdown'),
    )
    .action(print);
}
