import { z } from 'zod';
import type { Profile } from '../catalog/profile.ts';
import { optionsOf } from './profiles.ts';
import type { Provider } from './provider.ts';

const Ids = z.array(z.string());

/** What is wrong with the chosen profile options, or undefined when the profiles know them all. */
export function profileOptionsProblem(profiles: readonly Profile[], value: unknown): string | undefined {
  const known = optionsOf(profiles).map(({ id }) => id);
  const parsed = Ids.safeParse(value);
  if (known.length === 0)
    return parsed.data?.length === 0 ? undefined : 'This provider has no options. Leave this out.';
  if (!parsed.success) return `Give a list of options, from: ${known.join(', ')}.`;
  const unknown = parsed.data.filter((id) => !known.includes(id));
  if (unknown.length === 0) return undefined;
  return `There is no option "${unknown.join('", "')}". Choose from: ${known.join(', ')}.`;
}

/** What is wrong with the chosen profiles, or undefined when there are some, and the provider has them; those of before may be gone. */
export function profilesProblem(
  { profiles }: Pick<Provider, 'profiles'>,
  value: unknown,
  before: readonly string[] = [],
): string | undefined {
  const known = profiles.map(({ id }) => id);
  const parsed = Ids.safeParse(value);
  if (!parsed.success) return `Give a list of profiles, from: ${known.join(', ')}.`;
  if (parsed.data.length === 0) return 'Choose what the connection is for.';
  const unknown = parsed.data.filter((id) => !known.includes(id) && !before.includes(id));
  if (unknown.length === 0) return undefined;
  return `There is no profile "${unknown.join('", "')}". Choose from: ${known.join(', ')}.`;
}
