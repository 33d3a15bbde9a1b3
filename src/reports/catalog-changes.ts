import { z } from 'zod';
import { profilesOf } from '../providers/profiles.ts';
import type { Providers } from '../providers/provider.ts';

/** What a profile asked for when a report was made, by its provider and its id. */
export const AskedThen = z.record(z.string(), z.object({ version: z.string(), ids: z.array(z.string()) }));
export type AskedThen = z.infer<typeof AskedThen>;

/** What a profile asks for now and did not at the report before; or not any more. */
export type CatalogChange = {
  readonly provider: string;
  readonly profile: string;
  readonly version: string;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Connections that lack something of what is asked for now. */
  readonly lacking: number;
};

/** A connection as far as it matters here: what it is for, and what it lacks. */
export type Judged = {
  readonly provider: string;
  readonly profiles: readonly string[];
  readonly missing: readonly string[];
};

const keyOf = (provider: string, profile: string) => `${provider} ${profile}`;

/** What the profiles of these connections ask for now. */
export function askedNow(connections: readonly Judged[], providers: Providers): AskedThen {
  const used = new Map(
    connections.flatMap(({ provider, profiles }) =>
      profiles.map((profile) => [keyOf(provider, profile), { provider, profile }]),
    ),
  );
  const entries = [...used].flatMap(([key, { provider, profile }]) => {
    const known = providers.find(provider);
    const [found] = known ? profilesOf(known, [profile]).found : [];
    const ids = [...new Set(found?.requirements.map(({ id }) => id))].sort();
    return found ? [[key, { version: found.version, ids }] as const] : [];
  });
  return Object.fromEntries(entries);
}

/** What is asked for that was not, or is not any more; nothing of a profile that no report was about before. */
export function catalogChanges(
  then: AskedThen | undefined,
  now: AskedThen,
  connections: readonly Judged[],
): CatalogChange[] {
  return Object.entries(now).flatMap(([key, { version, ids }]) => {
    const before = then?.[key]?.ids;
    const [provider = '', profile = ''] = key.split(' ');
    const added = before ? ids.filter((id) => !before.includes(id)) : [];
    const removed = before?.filter((id) => !ids.includes(id)) ?? [];
    const lacking = connections.filter(
      (each) =>
        each.provider === provider &&
        each.profiles.includes(profile) &&
        each.missing.some((subject) => added.some((id) => subject.endsWith(` ${id}`))),
    ).length;
    return added.length + removed.length > 0 ? [{ provider, profile, version, added, removed, lacking }] : [];
  });
}
