import type { Actor } from '../../access/policy.ts';
import type { Connection } from '../../connections/connection.ts';
import type { LatestVerdict, VerificationHistory } from '../../connections/history.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { Explanation } from '../../explain/explanation.ts';
import type { Provider } from '../../providers/provider.ts';

export type KnownConnectionDependencies = {
  readonly store: Pick<ConnectionStore, 'all'>;
  readonly history: Pick<VerificationHistory, 'latestVerdicts'>;
};

/** What an explanation is about, as far as connections of this workspace tell. */
export type KnownConnections = {
  /** Those of the principal that was refused, in the account where it was. */
  readonly same: readonly Connection[];
  /** Those that can ask the provider there: of the account, or a few where the log names none. */
  readonly near: readonly Connection[];
};

/** More would be no offer but a list. */
const mostOffered = 3;

const isSamePrincipal = (principal: string, latest: LatestVerdict | undefined) =>
  [latest?.identity?.id, latest?.identity?.principal].some(
    (id) => id !== undefined && id.toLowerCase() === principal.toLowerCase(),
  );

/** Finds the connections that an explanation is about, by what their latest verification told. */
export async function knownConnections(
  { store, history }: KnownConnectionDependencies,
  { workspaceId }: Actor,
  {
    provider,
    explanation: { principal, target },
  }: { readonly provider: Provider; readonly explanation: Explanation },
): Promise<KnownConnections> {
  const all: Connection[] = [];
  for await (const { connection } of store.all(workspaceId))
    if (connection?.provider === provider.id) all.push(connection);
  const latest = await history.latestVerdicts(
    workspaceId,
    all.map(({ id }) => id),
  );
  const account = provider.accountOf(target);
  const accountOf = (connection: Connection) =>
    provider.accountOf({ ...connection.target, ...latest.get(connection.id)?.target });
  const there = account === undefined ? [] : all.filter((each) => accountOf(each) === account);
  const same = principal === null ? [] : there.filter(({ id }) => isSamePrincipal(principal, latest.get(id)));
  const others = there.filter((each) => !same.includes(each));
  const near = account === undefined && all.length <= mostOffered ? all : [...same, ...others];
  return { same: same.slice(0, mostOffered), near: near.slice(0, mostOffered) };
}
