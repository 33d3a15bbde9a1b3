import { type LookedAt, lookThrough, withoutOrder } from '../../../adapters/redis/migrate.ts';
import { type OpenedStore, withStore } from './open-store.ts';

/** Records that cannot be read are named up to so many; more are counted. */
const mostNamed = 20;

const say = (line: string) => void process.stdout.write(`${line}\n`);
const counted = (count: number, thing: string) =>
  `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;

const problems: Partial<Record<LookedAt['form'], string>> = {
  newer: 'a newer version of the bot stored it',
  damaged: 'it is damaged',
};

/** What was found: how many of each kind, how many of them are older ones, and what cannot be read. */
async function lookAtAll({ redis }: OpenedStore, isDry: boolean) {
  const kinds = new Map<string, { all: number; older: number }>();
  const unreadable: string[] = [];
  for await (const { kind, form, key, field, migrate: store } of lookThrough(redis)) {
    const { all, older } = kinds.get(kind) ?? { all: 0, older: 0 };
    const isOlder = form === 'older' && (isDry || (await store()));
    kinds.set(kind, { all: all + 1, older: older + Number(isOlder) });
    if (problems[form]) unreadable.push(`  ${key} ${field}: ${problems[form]}`);
  }
  return { kinds, unreadable };
}

function sayUnreadable(unreadable: readonly string[]): void {
  say(`${counted(unreadable.length, 'record')} cannot be read by this version, and stay as they are:`);
  for (const line of unreadable.slice(0, mostNamed)) say(line);
  if (unreadable.length > mostNamed) say(`  … and ${unreadable.length - mostNamed} more`);
}

/** `xoap migrate`: what a worker of this version does at its start; with `isDry` only in words. */
export const migrate = ({ isDry }: { readonly isDry: boolean }) =>
  withStore(async (store) => {
    const { kinds, unreadable } = await lookAtAll(store, isDry);
    if (kinds.size === 0) say('Nothing is stored here.');
    const done = isDry ? 'would be' : 'were';
    for (const [kind, { all, older }] of kinds)
      say(
        `${counted(all, kind)}: ${older === 0 ? 'none is in an older form' : `${older.toLocaleString('en')} ${done} stored in the newest form`}`,
      );
    const unordered = await Array.fromAsync(withoutOrder(store.redis));
    if (unordered.length > 0)
      say(
        `${counted(unordered.length, 'workspace')}: the order of connections is made anew when it is needed`,
      );
    if (isDry) say('Nothing was written.');
    if (unreadable.length === 0) return;
    sayUnreadable(unreadable);
    process.exitCode = 1;
  });
