import type { Actor } from '../access/policy.ts';
import { type Concern, concerns } from '../connections/concern.ts';
import type { Connection } from '../connections/connection.ts';
import type { Overview } from '../connections/store.ts';
import { verbsOf } from '../providers/profiles.ts';
import type { Providers } from '../providers/provider.ts';
import type { ScheduleStore } from '../reports/schedule-store.ts';
import { addButton, type ListDependencies, leftOutParts, tableParts } from './connections/connection-list.ts';
import { type HomePage, homePageValue, overviewOf } from './home-overview.ts';
import { scheduleList } from './messages/schedule-messages.ts';
import { type Button, count, figure, type Message, type Part, say, typed } from './model/message.ts';

export type HomeDependencies = ListDependencies & {
  readonly schedules: Pick<ScheduleStore, 'list'>;
  readonly commandWord: string;
};

/** Profiles that have a button; `home PROFILE` leads to every one. */
const mostNarrowing = 4;

/** Connections that are shown at once. */
const pageSize = 20;

const countWords: Readonly<Record<Concern, string>> = {
  missing: '❌ N lacking something',
  failed: '⚠️ N could not be verified',
  unproven: '❔ N could not be told',
  unverified: '❔ N not verified yet',
  ready: '✅ N ready',
};

/** How many came out how: `❌ 2 cannot run scripts · ✅ 6 ready`; what they cannot do is said where it is the same of all. */
function countsOf(counts: Overview['counts'], verb: string | undefined): string {
  const wordsOf = (concern: Concern) =>
    concern === 'missing' && verb !== undefined ? `❌ N cannot ${verb}` : countWords[concern];
  const some = concerns.filter((concern) => counts[concern] > 0);
  return some.map((concern) => wordsOf(concern).replace('N', figure(counts[concern]))).join(' · ');
}

function pageButtons({ offset, profile }: HomePage, total: number): Part[] {
  const go = (label: string, to: number): Button[] =>
    to >= 0 && to < total
      ? [{ label, action: 'home-page', value: homePageValue({ offset: to, profile }) }]
      : [];
  const buttons = [...go('Back', offset - pageSize), ...go('Next', offset + pageSize)];
  return buttons.length > 0 ? [{ kind: 'buttons', buttons }] : [];
}

/** What a profile is called at the first provider that has it. */
const titleIn = ({ all }: Providers, id: string): string =>
  all.flatMap(({ profiles }) => profiles).find((profile) => profile.id === id)?.title ?? typed(id);

/** What the connections that are shown are for; said of all of them only where no others are counted. */
function verbOn(
  { find }: Providers,
  connections: readonly Connection[],
  { profile, isWhole }: { profile: string | undefined; isWhole: boolean },
): string | undefined {
  const verbs = connections.flatMap(({ provider, profiles }) => {
    const known = find(provider);
    const ids = profile === undefined ? profiles : [profile];
    // Which of several it is that one cannot do is told beside its name.
    return known ? [ids.length === 1 ? verbsOf(known, ids) : ''] : [];
  });
  const [first, ...others] = new Set(verbs);
  const isShared = first && others.length === 0 && (isWhole || profile !== undefined);
  return isShared ? first : undefined;
}

/** Buttons that narrow the overview to one thing that connections are for, where those shown are for several. */
function narrowingParts(
  providers: Providers,
  connections: readonly Connection[],
  chosen: string | undefined,
): Part[] {
  const used = [...new Set(connections.flatMap(({ profiles }) => profiles))];
  if (chosen === undefined && used.length < 2) return [];
  const to = (label: string, profile?: string): Button => ({
    label,
    action: 'home-page',
    value: homePageValue({ offset: 0, profile }),
  });
  const others = used.filter((id) => id !== chosen).slice(0, mostNarrowing);
  const all = chosen === undefined ? [] : [to('All connections')];
  return [{ kind: 'buttons', buttons: [...all, ...others.map((id) => to(titleIn(providers, id), id))] }];
}

/** The connections of a workspace, what needs somebody first, a page at a time. */
async function connectionParts(
  { providers, store, history, now }: ListDependencies,
  { workspaceId }: Pick<Actor, 'workspaceId'>,
  page: HomePage,
): Promise<{ summary: string; parts: Part[] }> {
  const { offset, profile } = page;
  const { total, counts, connections } =
    profile === undefined
      ? await store.overview({ workspaceId, offset, limit: pageSize })
      : await overviewOf({ store, history }, workspaceId, { profile, offset, limit: pageSize });
  const narrowing = narrowingParts(providers, connections, profile);
  const none =
    profile === undefined ? 'There are no connections yet.' : `No connection here is for ${typed(profile)}.`;
  if (total === 0) return { summary: none, parts: [say(none), ...narrowing, addButton] };
  // Some were removed since the page before was drawn.
  if (offset >= total)
    return connectionParts({ providers, store, history, now }, { workspaceId }, { ...page, offset: 0 });
  const latest = await history.latestVerdicts(
    workspaceId,
    connections.map(({ id }) => id),
  );
  const end = Math.min(total, offset + pageSize);
  const about = profile === undefined ? '' : ` for ${titleIn(providers, profile)}`;
  const title = `${count(total, 'connection')}${about}${total > pageSize ? `, ${figure(offset + 1)} to ${figure(end)}` : ''}`;
  return {
    summary: title,
    parts: [
      say(
        { bold: title },
        ` — ${countsOf(counts, verbOn(providers, connections, { profile, isWhole: total <= pageSize }))}`,
      ),
      ...tableParts(connections, { latest, providers, now: now() }),
      ...leftOutParts(end - offset - connections.length),
      ...pageButtons(page, total),
      ...narrowing,
      addButton,
    ],
  };
}

/** What a person sees who opens the bot by itself: how everything stands, problems first, and how to begin. */
export async function homeMessage(
  dependencies: HomeDependencies,
  actor: Actor,
  page: HomePage = { offset: 0 },
): Promise<Message> {
  const { schedules, commandWord, now } = dependencies;
  const [connections, all] = await Promise.all([
    connectionParts(dependencies, actor, page),
    schedules.list(actor.workspaceId),
  ]);
  const reports = scheduleList(all, { match: '', now: now() });
  const help: Part = {
    kind: 'detail',
    spans: [
      'A connection that lacks a documented permission fails an hour into a build; here it is known at once. In a channel, ',
      { code: `${commandWord} help` },
      ' lists the commands. Answers to clicks come as messages.',
    ],
  };
  return {
    summary: `${connections.summary}, ${reports.summary}`,
    parts: [...connections.parts, ...reports.parts, help],
  };
}
