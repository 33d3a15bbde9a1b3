import type { Actor } from '../access/policy.ts';
import { type Concern, concerns } from '../connections/concern.ts';
import type { Overview } from '../connections/store.ts';
import type { ScheduleStore } from '../reports/schedule-store.ts';
import { addButton, type ListDependencies, leftOutParts, tableParts } from './connections/connection-list.ts';
import { scheduleList } from './messages/schedule-messages.ts';
import { type Button, count, figure, type Message, type Part, say } from './model/message.ts';

export type HomeDependencies = ListDependencies & {
  readonly schedules: Pick<ScheduleStore, 'list'>;
  readonly commandWord: string;
};

/** Connections that are shown at once. */
const pageSize = 20;

const countWords: Readonly<Record<Concern, string>> = {
  missing: '❌ N cannot build images',
  failed: '⚠️ N could not be verified',
  unproven: '❔ N could not be told',
  unverified: '❔ N not verified yet',
  ready: '✅ N ready',
};

/** How many came out how: `❌ 2 cannot build images · ✅ 6 ready`. */
function countsOf(counts: Overview['counts']): string {
  const some = concerns.filter((concern) => counts[concern] > 0);
  const words = some.map((concern) => countWords[concern].replace('N', figure(counts[concern])));
  return words.join(' · ');
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
  { workspaceId }: Pick<Actor, 'workspaceId'>,
  offset: number,
): Promise<{ summary: string; parts: Part[] }> {
  const { total, counts, connections } = await store.overview({ workspaceId, offset, limit: pageSize });
  const none = 'There are no connections yet.';
  if (total === 0) return { summary: none, parts: [say(none), addButton] };
  // Some were removed since the page before was drawn.
  if (offset >= total) return connectionParts({ providers, store, history, now }, { workspaceId }, 0);
  const latest = await history.latestVerdicts(
    workspaceId,
    connections.map(({ id }) => id),
  );
  const end = Math.min(total, offset + pageSize);
  const title = `${count(total, 'connection')}${total > pageSize ? `, ${figure(offset + 1)} to ${figure(end)}` : ''}`;
  return {
    summary: title,
    parts: [
      say({ bold: title }, ` — ${countsOf(counts)}`),
      ...tableParts(connections, { latest, providers, now: now() }),
      ...leftOutParts(end - offset - connections.length),
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
