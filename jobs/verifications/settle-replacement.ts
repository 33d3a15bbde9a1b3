import type { Subject } from '../../src/chat/messages/subject.ts';
import type { VerificationHistory } from '../../src/connections/history.ts';
import type { Replacements } from '../../src/connections/replacements.ts';
import type { ConnectionStore } from '../../src/connections/store.ts';
import type { Verification } from '../../src/verification/verification.ts';

export type SettleDependencies = {
  readonly store: Pick<ConnectionStore, 'update'>;
  readonly replacements: Replacements;
  readonly history: Pick<VerificationHistory, 'latestSignedIn'>;
  readonly now: () => Date;
};

/** What becomes of a new credential. */
export type Settled =
  | {
      readonly kind: 'in-use';
      readonly by: string;
      readonly isKeyless: boolean;
      readonly held: string | undefined;
    }
  | { readonly kind: 'refused'; readonly isKeyless: boolean }
  /** It signs in to another account than the one before; a person decides. */
  | { readonly kind: 'elsewhere'; readonly before: Readonly<Record<string, string>> }
  /** It is not waiting any more, or the connection was changed since it was entered: nothing is known of the one in use. */
  | { readonly kind: 'gone' };

/** Creates what decides about a new credential by what its verification found. */
export function createSettleReplacement({ store, replacements, history, now }: SettleDependencies) {
  return async function settle(
    subject: Subject,
    id: string,
    { verdict, target }: Verification,
  ): Promise<Settled> {
    const { workspaceId, id: connectionId } = subject.connection;
    const key = { workspaceId, connectionId };
    const waiting = await replacements.find(key, id);
    if (!waiting) return { kind: 'gone' };
    if (verdict === 'failed' || waiting.basedOn !== subject.connection.changedAt) {
      await replacements.drop(key, id);
      const isKeyless = waiting.keyless !== undefined;
      return verdict === 'failed' ? { kind: 'refused', isKeyless } : { kind: 'gone' };
    }
    const before = (await history.latestSignedIn(key))?.target;
    const { accountOf } = subject.provider;
    if (!waiting.isConfirmed && before && accountOf(before) !== accountOf(target))
      return { kind: 'elsewhere', before };
    const changedAt = now().toISOString();
    const { target: place, keyless, held } = waiting;
    const changed = {
      ...subject.connection,
      target: place,
      ...(keyless !== undefined && { keyless }),
      // What could be changed here stands in the file of the worker now.
      ...(held !== undefined && { held, settings: {} }),
      changedBy: waiting.by,
      changedAt,
    };
    const kept = await store.update({ was: subject.connection, is: changed, sealed: waiting.sealed });
    await replacements.drop(key, id);
    if (kept !== 'updated') return { kind: 'gone' };
    return { kind: 'in-use', by: waiting.by, isKeyless: keyless !== undefined, held };
  };
}
