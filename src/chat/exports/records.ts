import type { AuditLog, AuditRecord } from '../../access/audit.ts';
import type { Connection } from '../../connections/connection.ts';
import type { LatestVerdict, VerificationHistory } from '../../connections/history.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { Verification } from '../../verification/verification.ts';

/** What can be exported; none of it holds a secret. */
export const exportKinds = ['audit', 'connections', 'verifications'] as const;
export type ExportKind = (typeof exportKinds)[number];

export type ExportedConnection = {
  readonly connection: Connection;
  readonly latest: LatestVerdict | undefined;
};
export type ExportedVerification = { readonly connection: Connection; readonly verification: Verification };
export type ExportedAudit = { readonly entry: AuditRecord; readonly name: string | undefined };

/** One exported thing, by its kind. */
export type Exported =
  | ({ readonly kind: 'audit' } & ExportedAudit)
  | ({ readonly kind: 'connections' } & ExportedConnection)
  | ({ readonly kind: 'verifications' } & ExportedVerification);

export type ExportDependencies = {
  readonly auditLog: AuditLog;
  readonly store: Pick<ConnectionStore, 'list' | 'all'>;
  readonly history: Pick<VerificationHistory, 'latest' | 'latestVerdicts'>;
};

/** Connections that are looked up at once. */
const atOnce = 100;

async function* connectionsOf(
  { store }: Pick<ExportDependencies, 'store'>,
  workspaceId: string,
): AsyncGenerator<readonly Connection[]> {
  for (let offset = 0; ; offset += atOnce) {
    const { total, connections } = await store.list({ workspaceId, offset, limit: atOnce });
    yield connections;
    if (offset + atOnce >= total) return;
  }
}

type Wanted = { readonly workspaceId: string; readonly since: Date | undefined };

async function* audit({ auditLog, store }: ExportDependencies, wanted: Wanted): AsyncGenerator<Exported> {
  const names = new Map<string, string>();
  for await (const { id, connection } of store.all(wanted.workspaceId))
    if (connection) names.set(id, connection.name);
  for await (const entry of auditLog.newest(wanted))
    yield { kind: 'audit', entry, name: names.get(entry.connectionId ?? '') };
}

async function* connections(
  dependencies: ExportDependencies,
  { workspaceId, since }: Wanted,
): AsyncGenerator<Exported> {
  const isNew = ({ addedAt, changedAt = addedAt }: Connection) => !since || new Date(changedAt) >= since;
  for await (const some of connectionsOf(dependencies, workspaceId)) {
    const ids = some.map(({ id }) => id);
    const latest = await dependencies.history.latestVerdicts(workspaceId, ids);
    for (const connection of some.filter(isNew))
      yield { kind: 'connections', connection, latest: latest.get(connection.id) };
  }
}

async function* verifications(
  dependencies: ExportDependencies,
  { workspaceId, since }: Wanted,
): AsyncGenerator<Exported> {
  for await (const some of connectionsOf(dependencies, workspaceId)) {
    const runs = await Promise.all(
      some.map(async (connection) => ({
        connection,
        verification: await dependencies.history.latest({ workspaceId, connectionId: connection.id }),
      })),
    );
    for (const { connection, verification } of runs)
      if (verification && (!since || new Date(verification.startedAt) >= since))
        yield { kind: 'verifications', connection, verification };
  }
}

const sources = { audit, connections, verifications } as const;

/**
 * All of a kind that a workspace has, those since a moment where one is given: the audit newest first, the others in the order
 * of names, of verifications the newest of each connection.
 */
export const exported = (
  dependencies: ExportDependencies,
  kind: ExportKind,
  wanted: Wanted,
): AsyncGenerator<Exported> => sources[kind](dependencies, wanted);
