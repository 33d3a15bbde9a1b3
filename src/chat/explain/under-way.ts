import type { Actor } from '../../access/policy.ts';

/** What may be under way of one person, and of one workspace. */
export type UnderWayLimits = { readonly person: number; readonly workspace: number };

/** Said of whoever asks for more; whose limit it is, and how much that is. */
export type TooMuchUnderWay = { readonly of: keyof UnderWayLimits; readonly most: number };

/** Counts what this process does for people, since all of it is in its memory. */
export type UnderWay = {
  /** Does something, or resolves to why not. */
  run<Result>(actor: Actor, work: () => Promise<Result>): Promise<Result | TooMuchUnderWay>;
  /** Goes on with something that nobody waits for. */
  later(work: Promise<void>): void;
  /** Resolves once nothing is under way. */
  close(): Promise<void>;
};

/** Creates what counts. */
export function createUnderWay({ person, workspace }: UnderWayLimits): UnderWay {
  const counts = new Map<string, number>();
  const open = new Set<Promise<unknown>>();

  function add(key: string, by: number): void {
    const count = (counts.get(key) ?? 0) + by;
    if (count > 0) counts.set(key, count);
    else counts.delete(key);
  }

  function keep(work: Promise<unknown>): void {
    const settled = work.catch(() => undefined);
    open.add(settled);
    void settled.finally(() => open.delete(settled));
  }

  return {
    async run({ workspaceId, userId }, work) {
      const limits = [
        { key: JSON.stringify([workspaceId, userId]), of: 'person', most: person },
        { key: workspaceId, of: 'workspace', most: workspace },
      ] as const;
      const full = limits.find(({ key, most }) => (counts.get(key) ?? 0) >= most);
      if (full) return { of: full.of, most: full.most };
      for (const { key } of limits) add(key, 1);
      const running = work();
      keep(running);
      try {
        return await running;
      } finally {
        for (const { key } of limits) add(key, -1);
      }
    },
    later: keep,
    async close() {
      await Promise.all(open);
    },
  };
}
