import type { Cipher } from '../../connections/cipher.ts';
import type { Connection } from '../../connections/connection.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { FieldProblems } from '../../providers/credential-form.ts';
import type { Providers } from '../../providers/provider.ts';
import type { VerificationRequest, VerificationRequests } from './verification-requests.ts';

export type ChangeConnectionDependencies = {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'sealedCredential' | 'update'>;
  readonly cipher: Cipher;
  readonly now: () => Date;
};

/** New values of fields that are no secrets, and whose they are. */
export type ConnectionChange = {
  readonly fields: Readonly<Record<string, string>>;
  readonly changedBy: string;
};

/** Replaces fields of a stored credential; resolves to what was wrong with them, if anything. */
export type ChangeConnection = (
  connection: Connection,
  change: ConnectionChange,
) => Promise<{ readonly problems: FieldProblems } | 'changed' | 'gone'>;

/**
 * Creates what replaces fields of a stored credential that are no secrets, such as a certificate that was confirmed. The
 * rest is kept as it is; the whole is held against its form again.
 */
export function createChangeConnection({
  providers,
  store,
  cipher,
  now,
}: ChangeConnectionDependencies): ChangeConnection {
  return async (connection, { fields, changedBy }) => {
    const { workspaceId, id: connectionId, profileOptions } = connection;
    const provider = providers.find(connection.provider);
    const sealed = await store.sealedCredential(workspaceId, connectionId);
    if (!provider || !sealed) return 'gone';
    const binding = { workspaceId, connectionId };
    const credential = (await cipher.open(sealed, binding)) as Record<string, string>;
    const parsed = provider.parse({ ...credential, ...fields }, profileOptions, { toBeChosen: true });
    if (!parsed.ok) return { problems: parsed.problems };
    const changedAt = now().toISOString();
    const changed = { ...connection, target: parsed.target, changedBy, changedAt };
    const isThere = await store.update(changed, await cipher.seal(parsed.credential, binding));
    return isThere ? 'changed' : 'gone';
  };
}

/** Milliseconds after which a change is verified that was made while its connection was being verified. */
const afterRunMs = 60_000;

/** Verifies what was changed: now, or after the run that began before the change. */
export async function verifyChanged(
  requests: VerificationRequests,
  request: VerificationRequest,
): Promise<void> {
  if ((await requests.request(request)) === 'already-running')
    await requests.requestLater(request, afterRunMs);
}
