import { z } from 'zod';

/** The id of a provider, which is the name of its folder too. */
export const ProviderId = z.string().regex(/^[a-z][a-z0-9-]*$/);
export type ProviderId = z.infer<typeof ProviderId>;

const Source = z.object({
  title: z.string().min(1),
  url: z.url({ protocol: /^https$/ }),
  date: z.iso.date(),
});

const Option = z.object({ id: z.string(), label: z.string(), hint: z.string() });

const Step = z.object({ title: z.string().min(1), without: z.string().min(1) });

export const Level = z.enum(['required', 'conditional', 'optional']);
export type Level = z.infer<typeof Level>;

const Entry = z.object({
  id: z.string().min(1),
  name: z.string().min(1),
  /** The documented role, policy or kind of object that the requirement belongs to. */
  group: z.string().min(1),
  level: Level,
  /** Counts only with one of these profile options on. */
  when: z.array(z.string()).optional(),
  /** Does not count with one of these profile options on. */
  unless: z.array(z.string()).optional(),
  /** How the documentation spells the id, where that is not how the provider does. */
  documentedAs: z.string().optional(),
  /** The build step that fails without it. */
  step: z.string(),
  source: z.string(),
});

const CatalogFile = z.object({
  provider: ProviderId,
  sources: z.record(z.string(), Source),
  /** The source that people are sent to for more. */
  documentation: z.string(),
  options: z.array(Option),
  steps: z.record(z.string(), Step),
  requirements: z.array(Entry),
});

export type Source = z.infer<typeof Source>;
export type ProfileOption = z.infer<typeof Option>;
export type Requirement = Omit<z.infer<typeof Entry>, 'step' | 'source'> & {
  readonly step: z.infer<typeof Step>;
  readonly source: Source;
};
export type Catalog = {
  readonly provider: string;
  readonly documentation: Source;
  readonly options: readonly ProfileOption[];
  /** The titles of the build steps, in the order a build takes them. */
  readonly steps: readonly string[];
  readonly requirements: readonly Requirement[];
};

function pick<Value>(table: Record<string, Value>, key: string, holder: string): Value {
  const value = table[key];
  if (value === undefined)
    throw new TypeError(`Catalogue entry "${holder}" names "${key}", which is not defined`);
  return value;
}

/** Parses one provider's file and resolves the steps and sources it names; throws when the file is wrong. */
export function parseCatalog(file: unknown): Catalog {
  const { provider, sources, documentation, options, steps, requirements } = CatalogFile.parse(file);
  return {
    provider,
    documentation: pick(sources, documentation, 'documentation'),
    options,
    steps: Object.values(steps).map(({ title }) => title),
    requirements: requirements.map((entry) => ({
      ...entry,
      step: pick(steps, entry.step, entry.id),
      source: pick(sources, entry.source, entry.id),
    })),
  };
}

/** The requirements of the documented minimum: what counts without any option. */
export const minimumOf = ({ requirements }: Pick<Catalog, 'requirements'>) =>
  requirements.filter(({ level, when }) => level === 'required' && when === undefined);
