import { defaultProfile, type Profile, type ProfileOption } from '../../catalog/profile.ts';
import { profileOptionsProblem, profilesProblem } from '../../providers/profile-options.ts';
import { optionsOf, profilesOf, usualProfiles } from '../../providers/profiles.ts';
import type { Provider } from '../../providers/provider.ts';
import { answersIn, type FormField, type FormValues } from '../model/form.ts';

/** The ids of the questions what a connection of a provider is for. */
const fieldsOf = ({ id }: Pick<Provider, 'id'>) => ({
  profiles: `${id}.profiles`,
  options: `${id}.profileOptions`,
});

/** Choices of checkboxes; more are a list. Slack takes ten: https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element */
const mostBoxes = 10;

const kindFor = (choices: readonly unknown[]) =>
  choices.length > mostBoxes ? ('multiselect' as const) : ('checkboxes' as const);

const titleOf = ({ title, isExample }: Profile) => (isExample ? `${title} (an example)` : title);

/** Cut to what Slack shows beside a checkbox. */
const descriptionOf = ({ words, requirements }: Profile) =>
  `Whether it can ${words.verb}: ${requirements.length} requirements.`;

/** What it is for, where there is more than one thing it can be; also what it is for and cannot be any more. */
function profilesField(provider: Provider, chosen: readonly string[]): FormField[] {
  const { profiles } = provider;
  const { gone } = profilesOf(provider, chosen);
  if (profiles.length + gone.length < 2) return [];
  const choices = [
    ...profiles.map((profile) => ({
      value: profile.id,
      label: titleOf(profile),
      description: descriptionOf(profile),
    })),
    ...gone.map((id) => ({ value: id, label: id, description: 'This profile is not there any more.' })),
  ];
  return [
    {
      id: fieldsOf(provider).profiles,
      label: 'What it is for',
      kind: kindFor(choices),
      choices: [{ label: 'Profiles', choices }],
      value: chosen.join(','),
    },
  ];
}

/** Characters of a label that every platform shows whole. */
const longestLabel = 75;

/** An option, with its profile where it counts for another one than the documented alone. */
function optionLabel({ profiles }: Provider, { id, label }: ProfileOption): string {
  const of = profiles.filter(({ options }) => options.some((option) => option.id === id));
  const [only] = of.length === 1 && of[0]?.id !== defaultProfile ? of : [];
  const whole = only ? `${label} (${only.title})` : label;
  return whole.length <= longestLabel ? whole : label;
}

/** What is done besides, where any profile of the provider has that. */
function optionsField(provider: Provider): FormField[] {
  const options = optionsOf(provider.profiles);
  if (options.length === 0) return [];
  const choices = options.map((option) => ({
    value: option.id,
    label: optionLabel(provider, option),
    description: option.hint,
  }));
  return [
    {
      id: fieldsOf(provider).options,
      label: 'Profile options',
      kind: kindFor(choices),
      optional: true,
      hint: 'What is needed beyond the documented minimum.',
      choices: [{ label: 'Options', choices }],
    },
  ];
}

/** The questions what a connection is for, with what was answered before, or with the usual answer. */
export function purposeFields(provider: Provider, values: FormValues): FormField[] {
  const { profiles, options } = fieldsOf(provider);
  const chosen = values[profiles] === undefined ? usualOf(provider) : answersIn(values[profiles]);
  const given = answersIn(values[options]).join(',');
  return [
    ...profilesField(provider, chosen),
    ...optionsField(provider).map((field) => (given ? { ...field, value: given } : field)),
  ];
}

const usualOf = ({ profiles }: Provider): readonly string[] =>
  profiles.some(({ id }) => id === defaultProfile) ? usualProfiles : profiles.slice(0, 1).map(({ id }) => id);

/** What a connection is for, as the values of its form. */
export function purposeValues(
  provider: Pick<Provider, 'id'>,
  {
    profiles,
    profileOptions,
  }: { readonly profiles: readonly string[]; readonly profileOptions: readonly string[] },
): FormValues {
  const fields = fieldsOf(provider);
  return { [fields.profiles]: profiles, [fields.options]: profileOptions };
}

/** What was chosen that a connection is for; `kept` where the form did not ask. */
export type Purpose = { readonly profiles: string[]; readonly profileOptions: string[] };

/** Reads what a connection is for; what is wrong with the answers stands beside their fields. */
export function readPurpose(
  provider: Provider,
  values: FormValues,
  kept: readonly string[] = usualOf(provider),
): { readonly purpose: Purpose; readonly problems: Record<string, string> } {
  const fields = fieldsOf(provider);
  const profiles = values[fields.profiles] === undefined ? [...kept] : answersIn(values[fields.profiles]);
  const profileOptions = answersIn(values[fields.options]);
  const [wrong, strange] = [
    profilesProblem(provider, profiles, kept),
    profileOptionsProblem(provider.profiles, profileOptions),
  ];
  return {
    purpose: { profiles, profileOptions },
    problems: {
      ...(wrong && { [fields.profiles]: wrong }),
      ...(strange && { [fields.options]: strange }),
    },
  };
}
