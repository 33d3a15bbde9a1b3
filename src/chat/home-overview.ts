import { defaultProfile } from '../catalog/profile.ts';
import { type Concern, concernOf, concerns } from '../connections/concern.ts';
import type { Connection } from '../connections/connection.ts';
import type { LatestVerdict } from '../connections/history.ts';
import type { Overview } from '../connections/store.ts';
import { lazily } from '../lazily.ts';
import type { ListDependencies } from './connections/connection-list.ts';

/** Which page of the overview is meant, and whether it is narrowed to a profile; travels in the buttons that ask for it. */
export type HomePage = { readonly offset: number; readonly profile?: string | undefined };

/** A page as a button carries it: `20`, `20 run-scripts`. */
export const homePageValue = ({ offset, profile }: HomePage) =>
  [String(offset), ...(profile === undefined ? [] : [profile])].join(' ');

export function readHomePage(value: string): HomePage {
  const [offset = '', profile] = value.split(' ', 2);
  return { offset: Math.max(0, Number.parseInt(offset, 10) || 0), ...(profile && { profile }) };
}

/** The overview as it is asked for by a command: whole, or narrowed to a profile, with or without a flag before it. */
export function homePageOf(argument: string): HomePage {
  const profile = argument
    .replace(/^(?:--|—|–)(?:profile|for)(?:\s+|=)/i, '')
    .trim()
    .toLowerCase();
  return { offset: 0, ...(profile && { profile }) };
}

/** How a connection stands for one of the things that it is for; not verified yet for what was chosen since. */
function concernFor(latest: LatestVerdict | undefined, profile: string): Concern {
  if (!latest) return 'unverified';
  const { profiles = [{ id: defaultProfile, verdict: latest.verdict }], isRefused } = latest;
  const own = profiles.find(({ id }) => id === profile);
  return own ? concernOf({ verdict: own.verdict, isRefused }) : 'unverified';
}

/** Made once: `localeCompare` makes one for each pair of names. */
const collator = lazily(() => new Intl.Collator('en', { numeric: true }));

/** The overview of the connections that are for a profile, by how they stand for that. */
export async function overviewOf(
  { store, history }: Pick<ListDependencies, 'store' | 'history'>,
  workspaceId: string,
  { profile, offset, limit }: { profile: string; offset: number; limit: number },
): Promise<Overview> {
  const all: Connection[] = [];
  for await (const { connection } of store.all(workspaceId))
    if (connection?.profiles.includes(profile)) all.push(connection);
  const latest = await history.latestVerdicts(
    workspaceId,
    all.map(({ id }) => id),
  );
  const judged = all
    .map((connection) => ({ connection, concern: concernFor(latest.get(connection.id), profile) }))
    .sort(
      (one, other) =>
        concerns.indexOf(one.concern) - concerns.indexOf(other.concern) ||
        collator().compare(one.connection.name, other.connection.name),
    );
  const countOf = (concern: Concern) => judged.filter((each) => each.concern === concern).length;
  return {
    total: judged.length,
    counts: Object.fromEntries(concerns.map((concern) => [concern, countOf(concern)])) as Overview['counts'],
    connections: judged.slice(offset, offset + limit).map(({ connection }) => connection),
  };
}
