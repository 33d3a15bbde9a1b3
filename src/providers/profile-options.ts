import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';

const Options = z.array(z.string());

/** What is wrong with the chosen profile options, or undefined when the catalogue knows them all. */
export function profileOptionsProblem({ options }: Catalog, value: unknown): string | undefined {
  const known = options.map(({ id }) => id);
  const parsed = Options.safeParse(value);
  if (known.length === 0)
    return parsed.data?.length === 0 ? undefined : 'This provider has no options. Leave this out.';
  if (!parsed.success) return `Give a list of options, from: ${known.join(', ')}.`;
  const unknown = parsed.data.filter((id) => !known.includes(id));
  if (unknown.length === 0) return undefined;
  return `There is no option "${unknown.join('", "')}". Choose from: ${known.join(', ')}.`;
}
