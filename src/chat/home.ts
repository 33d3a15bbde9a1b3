import type { Actor } from '../access/policy.ts';
import type { Connection } from '../connections/connection.ts';
import type { LatestVerdict } from '../connections/history.ts';
import type { ScheduleStore } from '../reports/schedule-store.ts';
import type { Verdict } from '../verification/verification.ts';
import { addButton, type ListDependencies, menuOf, row } from './connections/connection-list.ts';
import { scheduleList } from './messages/schedule-messages.ts';
import { type Button, count, type Message, type Part, say } from './model/message.ts';

export type HomeDependencies = ListDependencies & {
  readonly schedules: Pick<ScheduleStore, 'list'>;
  readonly commandWord: string;
};

/** Connections that are shown at once. */
const pageSize = 20;

/** What a person looks for first comes first. */
const order: readonly (Verdict | undefined)[] = ['missing', 'failed', 'unproven', undefined, 'ready'];
const countWords: readonly (readonly [Verdict | undefined, string])[] = [
  ['missing', '❌ N cannot build images'],
  ['failed', '⚠️ N could not be verified'],
  ['unproven', '❔ N could not be told'],
  [undefined, '❔ N not verified yet'],
  ['ready', '✅ N ready'],
];

type Standing = { readonly connection: Connection; readonly latest: LatestVerdict | undefined };

/** Whose sign-in was refused cannot build images either. */
const verdictOf = ({ latest }: Standing): Verdict | undefined =>
  latest?.isRefused ? 'missing' : latest?.verdict;
const placeOf = (standing: Standing) => order.indexOf(verdictOf(standing));

/** How many came out how: `❌ 2 cannot build images · ✅ 6 ready`. */
function countsOf(all: readonly Standing[]): string {
  const words = countWords.map(([verdict, text]) => {
    const found = all.filter((standing) => verdictOf(standing) === verdict).length;
    return found > 0 ? text.replace('N', found.toLocaleString('en-US')) : '';
  });
  return words.filter(Boolean).join(' · ');
}

function pageButtons(offset: number, total: number): Part[] {
  const go = (label: string, to: number): Button[] =>
    to >= 0 && to < total ? [{ label, action: 'home-page', value: String(to) }] : [];
  const buttons = [...go('Back', offset - pageSize), ...go('Next', offset + pageSize)];
  return buttons.length > 0 ? [{ kind: 'buttons', buttons }] : [];
}

/** The connections of a workspace, what needs somebody first, a page at a time. */
async function connectionParts(
  { providers, store, history, now }: ListDependencies,
  { workspaceId }: Actor,
  wanted: number,
): Promise<{ summary: string; parts: Part[] }> {
  const { connections } = await store.list({ workspaceId, limit: Number.MAX_SAFE_INTEGER });
  const total = connections.length;
  const none = 'There are no connections yet.';
  if (total === 0) return { summary: none, parts: [say(none), addButton] };
  const ids = connections.map(({ id }) => id);
  const latest = await history.latestVerdicts(workspaceId, ids);
  const all = connections
    .map((connection): Standing => ({ connection, latest: latest.get(connection.id) }))
    .toSorted((one, other) => placeOf(one) - placeOf(other));
  const offset = wanted < total ? wanted : 0;
  const page = all.slice(offset, offset + pageSize);
  const labelOf = ({ provider }: Connection) => providers.find(provider)?.label ?? provider;
  const shown = total > pageSize ? `, ${offset + 1} to ${offset + page.length}` : '';
  const title = `${count(total, 'connection')}${shown}`;
  return {
    summary: title,
    parts: [
      say({ bold: title }, ` — ${countsOf(all)}`),
      {
        kind: 'table',
        columns: ['Connection', 'Where', 'Latest verdict'],
        rows: page.map(({ connection, latest: found }) =>
          row(connection, labelOf(connection), { latest: found, now: now() }),
        ),
        menus: page.map(({ connection }) => menuOf(connection)),
      },
      ...pageButtons(offset, total),
      addButton,
    ],
  };
}

/** What a person sees who opens the bot by itself: how everything stands, problems first, and how to begin. */
export async function homeMessage(
  dependencies: HomeDependencies,
  actor: Actor,
  offset = 0,
): Promise<Message> {
  const { schedules, commandWord, now } = dependencies;
  const [connections, all] = await Promise.all([
    connectionParts(dependencies, actor, offset),
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
