import { z } from 'zod';

/** The id of a provider, which is the name of its folder too. */
export const ProviderId = z
  .string({ error: 'provider is missing, or is no text' })
  .regex(/^[a-z][a-z0-9-]*$/, 'provider is an id such as aws');
export type ProviderId = z.infer<typeof ProviderId>;

/** The purpose that every connection had before there were others, and has unless others are chosen. */
export const defaultProfile = 'image-management';

/** A text that a person wrote, which is not to be empty. */
const words = (what: string) =>
  z
    .string({ error: `${what} is missing, or is no text` })
    .trim()
    .min(1, `${what} is empty`);

/** A short id, as it is typed and kept. */
const slug = (what: string) =>
  z
    .string({ error: `${what} is missing, or is no text` })
    .max(40, `${what} has at most 40 characters`)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, `${what} has small letters, digits and single dashes only`);

const day = z.iso.date({ error: 'date must be a day as YYYY-MM-DD' });

const Source = z.strictObject({
  title: words('title').describe('What people read, as a link.'),
  url: z
    .url({ protocol: /^https$/, error: 'url must be an address that starts with https://' })
    .describe('Where it can be read.'),
  date: day.describe('When it was read.'),
});

const Option = z.strictObject({
  id: slug('id').describe('An id; options of the same id in several profiles are one choice.'),
  label: words('label').max(75, 'label has at most 75 characters'),
  hint: words('hint').max(75, 'hint has at most 75 characters'),
});

const Step = z.strictObject({
  title: words('title').describe('What is done in it, such as “Start the build machine”.'),
  without: words('without').describe('What fails without it, as words that follow “without these,”.'),
});

const levels = ['required', 'conditional', 'optional'] as const;
export const Level = z.enum(levels, { error: `level must be one of: ${levels.join(', ')}` });
export type Level = z.infer<typeof Level>;

const names = (what: string) =>
  z
    .array(words(what), { error: `${what} is a list of texts` })
    .min(1, `${what} is empty; take the line away`)
    .optional();

const Entry = z.strictObject({
  id: words('id').describe('What the provider calls it, such as ec2:CreateImage.'),
  name: words('name').describe('The same in readable words.'),
  group: words('group').describe(
    'The documented role, policy or kind of object that it belongs to; on vSphere the object that it is needed on.',
  ),
  level: Level.describe('required and conditional decide about the verdict; optional does not.'),
  when: names('when').describe('Counts only with one of these options on.'),
  unless: names('unless').describe('Does not count with one of these options on.'),
  on: names('on').describe(
    'What it is proven on, where that is not the whole account: AWS resources, “data” for a data operation of Azure, a resource of Google.',
  ),
  documentedAs: words('documentedAs')
    .optional()
    .describe('How the documentation spells the id, where that is not how the provider does.'),
  step: words('step').describe('The id of the step that fails without it.'),
  source: words('source').describe('The id of the source that asks for it.'),
});

/** The shape of the file of a profile; `docs/profile.schema.json` is made of it. */
export const ProfileFile = z.strictObject(
  {
    $schema: z.string().optional().describe('Where this schema lies, for editors.'),
    id: slug('id').describe('What the profile is called where it is typed.'),
    provider: ProviderId.describe('The provider whose connections it is for.'),
    title: words('title').max(60, 'title has at most 60 characters').describe('What the profile is called.'),
    words: z
      .strictObject(
        {
          verb: words('verb').describe('What can be done with it, as words that follow “can” and “cannot”.'),
          noun: words('noun').describe('The same as a noun in the plural, as in “What … need”.'),
        },
        { error: 'words has a verb and a noun' },
      )
      .describe('How verdicts speak of it.'),
    version: z
      .string({ error: 'version is missing; a month as YYYY-MM, in quotation marks' })
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'version is a month as YYYY-MM')
      .describe('When its requirements were changed last.'),
    example: z
      .boolean({ error: 'example is true or false' })
      .default(false)
      .describe('Whether it is only to show how profiles are made.'),
    sources: z
      .record(z.string(), Source, { error: 'sources is a table: an id, and a title, url and date for each' })
      .describe('Where the requirements come from, by ids of your own.'),
    documentation: words('documentation').describe('The id of the source that people are sent to for more.'),
    options: z
      .array(Option, { error: 'options is a list' })
      .default([])
      .describe('What not everybody does with it.'),
    steps: z
      .record(z.string(), Step, { error: 'steps is a table: an id, and a title and without for each' })
      .describe('What is done with it, in its order, by ids of your own.'),
    requirements: z
      .array(Entry, { error: 'requirements is a list' })
      .min(1, 'requirements is empty: such a profile would prove nothing'),
  },
  { error: 'the file must be one profile: id, provider, title, words, version and so on' },
);
export type ProfileFile = z.infer<typeof ProfileFile>;

export type Source = z.infer<typeof Source>;
export type ProfileOption = z.infer<typeof Option>;
export type Requirement = Omit<z.infer<typeof Entry>, 'step' | 'source'> & {
  readonly step: z.infer<typeof Step>;
  readonly source: Source;
};

/** What a connection is for: the requirements of one purpose at one provider. */
export type Profile = Pick<ProfileFile, 'id' | 'provider' | 'title' | 'words' | 'version' | 'options'> & {
  readonly isExample: boolean;
  readonly documentation: Source;
  /** The titles of the steps, in the order they are taken. */
  readonly steps: readonly string[];
  readonly requirements: readonly Requirement[];
};

type Place = readonly (string | number)[];

/** What is wrong with a file of the right shape, each with its place: names that nothing bears, and what stands twice. */
export function meaningProblems(file: ProfileFile): (readonly [Place, string])[] {
  const { sources, steps, options, requirements, documentation } = file;
  const known = options.map(({ id }) => id);
  const unnamed = (table: object, key: string, what: string, place: Place) =>
    Object.hasOwn(table, key) ? [] : [[place, `there is no ${what} “${key}” in this file`] as const];
  const subject = ({ id, group }: ProfileFile['requirements'][number]) => [group, id].join('\n');
  const all = requirements.map(subject);
  return [
    ...unnamed(sources, documentation, 'source', ['documentation']),
    ...options.flatMap(({ id }, at) =>
      known.indexOf(id) < at
        ? [[['options', at, 'id'], `the option “${id}” stands here twice`] as const]
        : [],
    ),
    ...requirements.flatMap((entry, at) => {
      const { id, step, source, when = [], unless = [] } = entry;
      const here = ['requirements', at] as const;
      const strange = (list: readonly string[], key: string) =>
        list.flatMap((option, index) =>
          known.includes(option)
            ? []
            : [[[...here, key, index], `there is no option “${option}” in this file`] as const],
        );
      const isTwice = all.indexOf(subject(entry)) < at;
      return [
        ...(isTwice
          ? [
              [
                [...here, 'id'],
                `“${id}” stands twice in the group “${entry.group}”; give one of them a group of its own`,
              ] as const,
            ]
          : []),
        ...unnamed(steps, step, 'step', [...here, 'step']),
        ...unnamed(sources, source, 'source', [...here, 'source']),
        ...strange(when, 'when'),
        ...strange(unless, 'unless'),
      ];
    }),
  ];
}

function pick<Value>(table: Record<string, Value>, key: string): Value {
  const value = table[key];
  if (value === undefined) throw new TypeError(`“${key}” is not defined`);
  return value;
}

/** Resolves the steps and sources that a file names. */
export function resolveProfile(file: ProfileFile): Profile {
  const { sources, documentation, steps, requirements, example, ...rest } = file;
  return {
    ...rest,
    isExample: example,
    documentation: pick(sources, documentation),
    steps: Object.values(steps).map(({ title }) => title),
    requirements: requirements.map((entry) => ({
      ...entry,
      step: pick(steps, entry.step),
      source: pick(sources, entry.source),
    })),
  };
}

/** Parses a file that ships with this version; throws when it is wrong. */
export function parseProfile(value: unknown): Profile {
  const file = ProfileFile.parse(value);
  const [problem] = meaningProblems(file);
  if (problem) throw new TypeError(`${file.provider}/${file.id}: ${problem[0].join('.')}: ${problem[1]}`);
  return resolveProfile(file);
}

/** The requirements of the documented minimum: what counts without any option. */
export const minimumOf = ({ requirements }: Pick<Profile, 'requirements'>) =>
  requirements.filter(({ level, when }) => level === 'required' && when === undefined);
