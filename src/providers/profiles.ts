import { defaultProfile, type Profile, type ProfileOption, type Requirement } from '../catalog/profile.ts';
import type { Ask, Finding } from '../verification/finding.ts';
import type { Provider, Providers } from './provider.ts';

/** What a connection is for where nobody said otherwise. */
export const usualProfiles: readonly string[] = [defaultProfile];

/** The profiles of these ids in the order that the provider has them, and the ids of those that it does not have. */
export function profilesOf(
  { profiles }: Pick<Provider, 'profiles'>,
  ids: readonly string[] = usualProfiles,
): { readonly found: readonly Profile[]; readonly gone: readonly string[] } {
  return {
    found: profiles.filter(({ id }) => ids.includes(id)),
    gone: ids.filter((id) => !profiles.some((profile) => profile.id === id)),
  };
}

/** The one of the documentation that this product is about, or of a provider without it the first. */
export function documentedProfile({ id, profiles }: Pick<Provider, 'id' | 'profiles'>): Profile {
  const found = profiles.find((profile) => profile.id === defaultProfile) ?? profiles[0];
  if (!found) throw new TypeError(`The provider ${id} has no profile`);
  return found;
}

/** What a profile is called; by its id alone where it is gone. */
export const profileTitle = ({ profiles }: Pick<Provider, 'profiles'>, id: string): string =>
  profiles.find((profile) => profile.id === id)?.title ?? `${id} (not there any more)`;

/** The options of profiles, each once. */
export function optionsOf(profiles: readonly Profile[]): ProfileOption[] {
  return [...new Map(profiles.flatMap(({ options }) => options.map((option) => [option.id, option])))].map(
    ([, option]) => option,
  );
}

/** The titles of all steps of a provider, those of a profile in their order. */
export const stepsOf = ({ profiles }: Pick<Provider, 'profiles'>): string[] => [
  ...new Set(profiles.flatMap(({ steps }) => steps)),
];

/** Whether a requirement counts under these profile options. */
export function applies(requirement: Requirement, options: readonly string[]): boolean {
  const wanted = requirement.when?.some((option) => options.includes(option)) ?? true;
  return wanted && !(requirement.unless?.some((option) => options.includes(option)) ?? false);
}

/** A requirement with the profiles that ask for it, and whether it counts with the options that are on. */
export type Asked = {
  readonly requirement: Requirement;
  readonly asks: readonly Ask[];
  readonly isCounting: boolean;
};

const strictness = ['required', 'conditional', 'optional'] as const;

/** What makes two profiles ask for the same thing: the permission, and what it is needed on. */
const questionOf = ({ id, group, on = [] }: Requirement, groupsAre: Provider['groupsAre']) =>
  [id, ...(groupsAre === 'objects' ? [group] : on)].join('\n');

/**
 * What profiles ask for with these options: the same permission at the same place once, as the strictest of them asks for
 * it; also what counts with none of these options.
 */
export function requirementsOf(
  { groupsAre }: Pick<Provider, 'groupsAre'>,
  profiles: readonly Profile[],
  options: readonly string[],
): Asked[] {
  const all = profiles.flatMap((profile) =>
    profile.requirements.map((requirement) => ({ profile: profile.id, requirement })),
  );
  const rank = ({ requirement: { level } }: (typeof all)[number]) => strictness.indexOf(level);
  const taken = new Set<string>();

  /** What is asked for once, of the profiles that all ask for it. */
  function asked(same: typeof all): Asked[] {
    const counting = same.filter(({ requirement }) => applies(requirement, options));
    const [first, ...others] = (counting.length > 0 ? counting : same).toSorted(
      (one, other) => rank(one) - rank(other),
    );
    if (!first) return [];
    const { id, group, on = [] } = first.requirement;
    const isTaken = taken.has(`${group} ${id}`);
    taken.add(`${group} ${id}`);
    // Two that differ in their place alone must still be told apart.
    const requirement = { ...first.requirement, group: isTaken ? `${group} (${on.join(', ')})` : group };
    const asks = [first, ...others].map(({ profile, requirement: each }): Ask => {
      const { group: own, level, step } = each;
      return { profile, group: own, level, step: step.title, without: step.without };
    });
    return [{ requirement, asks, isCounting: counting.length > 0 }];
  }

  return [...Map.groupBy(all, ({ requirement }) => questionOf(requirement, groupsAre)).values()].flatMap(
    asked,
  );
}

/** A provider with what the operator added for it. */
export const withProfiles = (provider: Provider, own: readonly Profile[]): Provider => ({
  ...provider,
  profiles: [...provider.profiles, ...own.filter((profile) => profile.provider === provider.id)],
});

/** What is done with a profile, as words that follow “can” and “cannot”. */
const verbOf = ({ profiles }: Pick<Provider, 'profiles'>, id: string) =>
  profiles.find((profile) => profile.id === id)?.words.verb ?? `do what ${id} asks for`;

/** `run scripts`, `run scripts and patch machines`, `run scripts, patch machines or copy disks`. */
export function verbsOf(
  provider: Pick<Provider, 'profiles'>,
  ids: readonly string[],
  last: 'and' | 'or' = 'and',
): string {
  const verbs = ids.map((id) => verbOf(provider, id));
  if (verbs.length < 2) return verbs[0] ?? '';
  return `${verbs.slice(0, -1).join(', ')} ${last} ${verbs.at(-1)}`;
}

/** What connections can be for at any provider, each once. */
export const everyProfile = ({ all }: Providers): Pick<Profile, 'id' | 'title'>[] => [
  ...new Map(
    all.flatMap(({ profiles }) => profiles).map(({ id, title }) => [id, { id, title }] as const),
  ).values(),
];

/** The group of a finding as its profile names it: two profiles may mean different places by one. */
export const documentedGroup = ({ group, asks = [] }: Pick<Finding, 'group' | 'asks'>): string =>
  asks[0]?.group ?? group;
