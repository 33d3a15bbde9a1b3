import type { Actor } from '../access/policy.ts';
import type { ScheduleStore } from '../reports/schedule-store.ts';
import { addButton, connectionList, type ListDependencies } from './connections/connection-list.ts';
import { scheduleList } from './messages/schedule-messages.ts';
import { type Message, type Part, say } from './model/message.ts';

export type HomeDependencies = ListDependencies & {
  readonly schedules: Pick<ScheduleStore, 'list'>;
  readonly commandWord: string;
};

/** What a person sees who opens the bot by itself: the connections and the scheduled reports as they are, and how to begin. */
export async function homeMessage(dependencies: HomeDependencies, actor: Actor): Promise<Message> {
  const { schedules, commandWord, now } = dependencies;
  const [connections, all] = await Promise.all([
    connectionList(dependencies, actor, { match: '', offset: 0 }),
    schedules.list(actor.workspaceId),
  ]);
  const reports = scheduleList(all, { match: '', now: now() });
  const hasButton = connections.parts.includes(addButton);
  const help: Part = {
    kind: 'detail',
    spans: [
      'In a channel, ',
      { code: `${commandWord} help` },
      ' lists the commands. Answers to clicks here come as messages.',
    ],
  };
  return {
    summary: `${connections.summary}, ${reports.summary}`,
    parts: [
      say(
        'A connection that lacks a documented permission fails an hour into a build. Add it here, and know at once.',
      ),
      ...connections.parts,
      ...(hasButton ? [] : [addButton]),
      ...reports.parts,
      help,
    ],
  };
}
