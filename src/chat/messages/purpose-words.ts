import { defaultProfile } from '../../catalog/profile.ts';
import { profileTitle } from '../../providers/profiles.ts';
import type { Provider } from '../../providers/provider.ts';
import { type Finding, findingsFor } from '../../verification/finding.ts';
import type { ProfileVerdict, Verdict, Verification } from '../../verification/verification.ts';

/** How a connection stands for each thing it is for; a verification of before there were several was of one. */
export function purposesOf({
  profiles,
  verdict,
}: Pick<Verification, 'profiles' | 'verdict'>): ProfileVerdict[] {
  return profiles && profiles.length > 0 ? profiles : [{ id: defaultProfile, verdict }];
}

/** The ids of the profiles with one of these verdicts. */
export const idsWith = (purposes: readonly ProfileVerdict[], ...verdicts: readonly Verdict[]): string[] =>
  purposes.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id);

/** Findings by the profile that asks for them, each with its title; one without a title where there is one profile. */
export function byPurpose(
  findings: readonly Finding[],
  provider: Pick<Provider, 'profiles'>,
): { readonly title: string | undefined; readonly findings: readonly Finding[] }[] {
  const ids = [...new Set(findings.flatMap(({ asks = [] }) => asks.map(({ profile }) => profile)))];
  if (ids.length === 0) return findings.length > 0 ? [{ title: undefined, findings }] : [];
  return ids.map((id) => ({ title: profileTitle(provider, id), findings: findingsFor(findings, id) }));
}
