import type { Cipher } from '../../connections/cipher.ts';
import type { Connection, ConnectionDetails } from '../../connections/connection.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { type FieldProblems, settingsIn } from '../../providers/credential-form.ts';
import type { Providers } from '../../providers/provider.ts';
import type { Purpose } from './purpose-fields.ts';
import type { VerificationRequest, VerificationRequests } from './verification-requests.ts';

export type ChangeConnectionDependencies = {
  readonly providers: Providers;
  readonly store: Pick<ConnectionStore, 'sealedCredential' | 'update'>;
  readonly cipher: Cipher;
  readonly now: () => Date;
};

/** What is to be another way, and whose change it is. */
export type ConnectionChange = {
  /** New values of fields of the credential that are no secrets; an empty one takes a field away. */
  readonly fields: Readonly<Record<string, string>>;
  readonly details?: ConnectionDetails | undefined;
  /** What it is for; as before where absent. */
  readonly purpose?: Purpose | undefined;
  readonly changedBy: string;
};

/**
 * Changes a stored connection; resolves to what was wrong with the fields, if anything. It is `outdated` where somebody
 * else has changed it since it was read.
 */
export type ChangeConnection = (
  connection: Connection,
  change: ConnectionChange,
) => Promise<{ readonly problems: FieldProblems } | 'changed' | 'gone' | 'outdated' | 'name-taken'>;

/**
 * Creates what changes a connection but its secret, such as its name, or a certificate that was confirmed. The rest is
 * kept as it is; the whole is held against its form again.
 */
export function createChangeConnection({
  providers,
  store,
  cipher,
  now,
}: ChangeConnectionDependencies): ChangeConnection {
  return async (connection, { fields, details, purpose, changedBy }) => {
    const { profiles, profileOptions } = purpose ?? connection;
    const { workspaceId, id: connectionId } = connection;
    const provider = providers.find(connection.provider);
    const sealed = await store.sealedCredential(workspaceId, connectionId);
    if (!provider || !sealed) return 'gone';
    const binding = { workspaceId, connectionId };
    const stored = (await cipher.open(sealed, binding)) as Record<string, string>;
    const entered = { ...(provider.enteredOf?.(stored) ?? stored), ...fields };
    const parsed = provider.parse(entered, profileOptions, { toBeChosen: true });
    if (!parsed.ok) return { problems: parsed.problems };
    const { credential, target } = parsed;
    const is: Connection = {
      ...connection,
      ...details,
      target,
      profiles: [...profiles],
      profileOptions: [...profileOptions],
      settings: settingsIn(provider.fields, credential),
      changedBy,
      changedAt: now().toISOString(),
    };
    const outcome = await store.update({
      was: connection,
      is,
      sealed: await cipher.seal(credential, binding),
    });
    return outcome === 'updated' ? 'changed' : outcome;
  };
}

/** Said where somebody else was faster. */
export const changedMeanwhile =
  'Somebody has changed this connection since the form was opened. Close it and open it again.';

/** Milliseconds after which a change is verified that was made while its connection was being verified. */
const afterRunMs = 60_000;

/** Verifies what was changed: now, or after the run that began before the change, or once there is room. */
export async function verifyChanged(
  requests: VerificationRequests,
  request: VerificationRequest,
): Promise<void> {
  // What cannot wait now is asked for a minute later, for as long as that goes on.
  if ((await requests.request(request)) !== 'queued') await requests.requestLater(request, afterRunMs);
}
