import { z } from 'zod';
import type { Logger } from '../logger.ts';
import type { HeldFile } from './held-file.ts';
import type { Asked, Held } from './held-folder.ts';

const Entry = z.object({ workspaceId: z.string(), provider: z.string(), name: z.string() });

/** A worker and what it holds, by names; never the contents. */
export const Holder = z.object({
  /** Made anew with each start of the worker. */
  id: z.string(),
  holds: z.array(Entry),
  /** What it has and cannot use any more. */
  unusable: z.array(Entry).default([]),
});
export type Holder = z.infer<typeof Holder>;

/** What workers say that they hold; it counts for some seconds, so it is said again and again. */
export type Announcements = {
  /** Says so in place of what was said before; resolves to the ids of those that say nothing any more, each told once. */
  announce(holder: Holder): Promise<string[]>;
  withdraw(id: string): Promise<void>;
  /** The holders that are alive. */
  alive(): Promise<Holder[]>;
};

/** Milliseconds between two announcements, and between two looks at them. */
export const announcedEveryMs = 2_000;

const entriesOf = (name: string, file: HeldFile | undefined) =>
  (file?.workspaces ?? []).map((workspaceId) => ({ workspaceId, provider: file?.provider.id ?? '', name }));

/** What can be said of the files of a folder. */
export const announced = (all: readonly Held[]): Pick<Holder, 'holds' | 'unusable'> => ({
  holds: all.flatMap((held) => ('file' in held ? entriesOf(held.name, held.file) : [])),
  unusable: all.flatMap((held) => ('problem' in held ? entriesOf(held.name, held.before) : [])),
});

/** Those who can tell about something that is held: first those who hold it, then those who cannot use what they have. */
export function whoHolds(holders: readonly Holder[], { workspaceId, provider, name }: Asked): Holder[] {
  const isAsked = (entry: Holder['holds'][number]) =>
    entry.workspaceId === workspaceId && entry.provider === provider && entry.name === name;
  return [
    ...holders.filter(({ holds }) => holds.some(isAsked)),
    ...holders.filter(({ unusable }) => unusable.some(isAsked)),
  ];
}

/** The names that a form can offer. */
export type OfferedNames = (of: Pick<Asked, 'workspaceId' | 'provider'>) => readonly string[];

/** Keeps the names at hand, so that no form waits for them. */
export async function watchAnnouncements(
  announcements: Pick<Announcements, 'alive'>,
  logger: Logger,
): Promise<{ readonly offered: OfferedNames; close(): Promise<void> }> {
  let holders: readonly Holder[] = [];
  async function look(): Promise<void> {
    try {
      holders = await announcements.alive();
    } catch (err) {
      logger.debug({ err }, 'what workers hold cannot be read now');
    }
  }
  await look();
  const timer = setInterval(look, announcedEveryMs).unref();
  return {
    offered: ({ workspaceId, provider }) => {
      const fitting = holders.flatMap(({ holds }) =>
        holds.filter((held) => held.workspaceId === workspaceId && held.provider === provider),
      );
      return [...new Set(fitting.map(({ name }) => name))].sort((one, other) => one.localeCompare(other));
    },
    close: async () => clearInterval(timer),
  };
}
