import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { meaningProblems, type Profile, ProfileFile, resolveProfile } from '../catalog/profile.ts';
import { AppError } from '../errors.ts';
import { readLocated } from '../located-yaml.ts';
import { withProfiles } from '../providers/profiles.ts';
import type { Provider, Providers } from '../providers/provider.ts';
import { loadProviders, type ProviderSettings, providerIds, providersOf } from '../providers/registry.ts';

/** A file of a profile, read: the profile, or what is wrong with it; and what is to be known of it otherwise. Each a line with its place. */
export type ReadProfile = {
  readonly path: string;
  readonly profile?: Profile;
  readonly mistakes: readonly string[];
  readonly remarks: readonly string[];
};

const isProfileFile = (name: string) => /\.(ya?ml|json)$/i.test(name) && !name.startsWith('.');

/** What a provider has to say of the requirements, by their places in the file. */
function provabilityOf({ requirements }: Profile, provider: Provider) {
  const told = requirements.map((requirement, at) => ({ at, ...provider.provable(requirement) }));
  const placed = (kind: 'mistake' | 'remark') =>
    told.flatMap(({ at, key = 'id', [kind]: text }) =>
      text === undefined ? [] : [[['requirements', at, key], text] as const],
    );
  return { mistakes: placed('mistake'), remarks: placed('remark') };
}

/** Reads one file of a profile and holds it against what its provider can prove. */
export function readProfile(path: string, text: string, { find }: Pick<Providers, 'find'>): ReadProfile {
  const read = readLocated(text, ProfileFile);
  const lines = (mistakes: readonly { line: number; column: number; text: string }[]) =>
    mistakes.map(({ line, column, text: problem }) => `${path}:${line}:${column}: ${problem}`);
  if ('mistakes' in read) return { path, mistakes: lines(read.mistakes), remarks: [] };
  const provider = find(read.value.provider);
  const unserved = `this version serves no provider “${read.value.provider}”; choose from: ${providerIds.join(', ')}`;
  const problems = [...(provider ? [] : [[['provider'], unserved] as const]), ...meaningProblems(read.value)];
  // What names nothing cannot be resolved, and its requirements cannot be looked at.
  if (!provider || problems.length > 0) return { path, mistakes: lines(read.locate(problems)), remarks: [] };
  const profile = resolveProfile(read.value);
  const { mistakes, remarks } = provabilityOf(profile, provider);
  return {
    path,
    ...(mistakes.length === 0 && { profile }),
    mistakes: lines(read.locate(mistakes)),
    remarks: lines(read.locate(remarks)),
  };
}

/** Reads one file by its path. Throws `config.invalid` where it cannot be read. */
export function readProfileFile(path: string, providers: Pick<Providers, 'find'>): ReadProfile {
  try {
    return readProfile(path, readFileSync(path, 'utf8'), providers);
  } catch (cause) {
    throw new AppError(`${path} cannot be read`, { code: 'config.invalid', cause });
  }
}

/** A profile of a name that its provider has already, or that two files have. */
function takenNames(all: readonly ReadProfile[], { find }: Pick<Providers, 'find'>): string[] {
  const seen = new Map<string, string>();
  return all.flatMap(({ path, profile }) => {
    if (!profile) return [];
    const key = `${profile.provider} ${profile.id}`;
    const isBuiltIn = find(profile.provider)?.profiles.some(({ id }) => id === profile.id);
    const before = isBuiltIn ? 'this version itself' : seen.get(key);
    seen.set(key, path);
    return before === undefined
      ? []
      : [
          `${path}:1:1: ${before} has a profile “${profile.id}” for ${profile.provider} already; give this one another id`,
        ];
  });
}

/** Reads every profile in a folder. Throws `config.invalid` where the folder cannot be read. */
export function readProfilesIn(
  folder: string,
  providers: Pick<Providers, 'find'>,
): { readonly read: readonly ReadProfile[]; readonly mistakes: readonly string[] } {
  let names: string[];
  try {
    names = readdirSync(folder).filter(isProfileFile).sort();
  } catch (cause) {
    throw new AppError(`XOAP_PROFILES_DIR: ${folder} cannot be read`, { code: 'config.invalid', cause });
  }
  const read = names.map((name) => readProfileFile(join(folder, name), providers));
  return { read, mistakes: [...read.flatMap(({ mistakes }) => mistakes), ...takenNames(read, providers)] };
}

/**
 * Loads every provider, with the profiles of the operator after those that ship. Throws `config.invalid` with everything that
 * is wrong with them: on part of what was asked nothing is to be judged.
 */
export async function loadProvidersWith(
  settings: ProviderSettings,
  folder: string | undefined,
): Promise<Providers> {
  const providers = await loadProviders(settings);
  if (folder === undefined) return providers;
  const { read, mistakes } = readProfilesIn(folder, providers);
  if (mistakes.length > 0)
    throw new AppError(
      `Cannot start with this XOAP_PROFILES_DIR:\n${mistakes.map((line) => `  - ${line}`).join('\n')}`,
      { code: 'config.invalid', hint: '"xoap profile check FILE" says the same without a start.' },
    );
  const own = read.flatMap(({ profile }) => profile ?? []);
  return providersOf(providers.all.map((provider) => withProfiles(provider, own)));
}
