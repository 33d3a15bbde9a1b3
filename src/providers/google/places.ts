import type { Requirement } from '../../catalog/profile.ts';

/** What permissions are tested on, in the words of profiles; of a bucket its name comes behind. */
export const places = ['project', 'service-account', 'host-project', 'subnetwork', 'bucket'] as const;
export type PlaceKind = (typeof places)[number];

export type Place = { readonly kind: PlaceKind; readonly name?: string };

/** Where a permission is needed: on the project, unless its profile says otherwise. */
export function placeOf({ on }: Pick<Requirement, 'on'>): Place {
  const [text = 'project'] = on ?? [];
  const [kind = '', name] = text.split('/', 2);
  const known = places.find((each) => each === kind) ?? 'project';
  return { kind: known, ...(name && { name }) };
}

/** What is wrong with where a profile wants a permission to be tested; nothing where all is well. */
export function placeProblem(on: readonly string[]): string | undefined {
  const [text = '', ...more] = on;
  if (more.length > 0) return 'a permission is tested on one thing; name one';
  const [kind, name, ...rest] = text.split('/');
  if (!places.some((each) => each === kind))
    return `“${text}” is nothing that permissions are tested on; choose from: ${places.join(', ')}`;
  if (kind === 'bucket')
    return rest.length === 0 && /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name ?? '')
      ? undefined
      : `name the bucket, such as bucket/my-scripts`;
  return name === undefined ? undefined : `“${kind}” takes no name: it is that of the connection`;
}
