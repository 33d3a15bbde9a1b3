import type { MessageLog } from '../../src/chat/delivery/message-log.ts';
import type { AcceptanceStore } from '../../src/connections/acceptance-store.ts';
import type { Connection } from '../../src/connections/connection.ts';
import { AppError } from '../../src/errors.ts';
import { asHeld } from '../../src/held/whole-credential.ts';
import { type Issuer, speaking } from '../../src/issuer/issuer.ts';
import { type Metrics, noMetrics } from '../../src/metrics.ts';
import { onBehalfOf } from '../../src/outgoing.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { type Progress, runVerification } from '../../src/providers/run-verification.ts';
import { noteInTrace, traced } from '../../src/tracing.ts';
import { endedBy } from '../../src/verification/acceptance.ts';
import type { Verification } from '../../src/verification/verification.ts';
import { createOpenCredential, type OpenCredentialDependencies } from './open-credential.ts';

/** One check of a connection, wherever it is carried out. */
export type ConnectionCheck = {
  readonly connection: Connection;
  readonly provider: Provider;
  /** The new credential to check in place of the one in use, by its id; where it is gone, none is checked. */
  readonly replacement?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** Called once the check is about to reach the provider; it goes on when this is done. */
  readonly onBegin?: () => Promise<void>;
};

/** Carries a check out; resolves to undefined once the connection is gone. */
export type Check = (check: ConnectionCheck) => Promise<Verification | undefined>;

export type LocalCheckDependencies = OpenCredentialDependencies & {
  readonly acceptances: AcceptanceStore;
  /** What signs in where a provider trusts the bot; absent where it has no address. */
  readonly issuer?: Issuer | undefined;
  readonly metrics?: Pick<Metrics, 'verified'> | undefined;
};

/** Creates the check in this process. */
export function createLocalCheck(dependencies: LocalCheckDependencies): Check {
  const { acceptances, issuer, metrics = noMetrics } = dependencies;
  const open = createOpenCredential(dependencies);

  async function check(request: ConnectionCheck): Promise<Verification | undefined> {
    const { connection, provider, replacement, signal, onProgress, onBegin } = request;
    const { profiles, profileOptions } = connection;
    const key = keyOf(connection);
    const [opened, accepted] = await Promise.all([open(request), acceptances.all(key)]);
    if (!opened) return undefined;
    if (opened instanceof AppError) return unableToCheck(request, opened);
    const { credential, target, name } = opened;
    await onBegin?.();
    // Of the connection that was read by its workspace, and of no other.
    const workload = issuer?.workloadOf(key) ?? speaking(key);
    const asked = { provider, credential, target, profiles, profileOptions, workload };
    const ran = await onBehalfOf(provider.id, () =>
      runVerification({ ...asked, acceptances: accepted, onProgress, signal }),
    );
    noteInTrace({ verdict: ran.verdict });
    metrics.verified({ provider: provider.id, verdict: ran.verdict, seconds: ran.durationMs / 1_000 });
    const verification = name === undefined ? ran : asHeld(ran, name);
    const end = endedBy(verification.findings, accepted, new Date(verification.startedAt));
    // What another credential may do ends nothing of the one in use.
    if (replacement === undefined && end.length > 0) await acceptances.change(key, { end });
    return verification;
  }

  return (request) =>
    traced('check', { ...keyOf(request.connection), provider: request.provider.id }, () => check(request));
}

const keyOf = ({ workspaceId, id: connectionId }: Connection) => ({ workspaceId, connectionId });

/** Carries the check of a run out, as far as it may be carried out. */
export type CheckOfRun = (
  runId: string,
  check: Omit<ConnectionCheck, 'onBegin'>,
) => Promise<Verification | undefined>;

export type CheckOfRunDependencies = {
  readonly check: Check;
  readonly messages: Pick<MessageLog, 'hasSignedIn' | 'rememberSignIn'>;
};

/**
 * Creates what checks once in a run: where wrong passwords lock accounts, a check that was cut off after its sign-in may
 * have begun is not begun again. Without its lock a run goes no further, but what ended at the sign-in is told all the same.
 */
export function createCheckOfRun({ check, messages }: CheckOfRunDependencies): CheckOfRun {
  return async (runId, request) => {
    const { signsInOnce } = request.provider;
    const run = { workspaceId: request.connection.workspaceId, runId };
    if (signsInOnce && (await messages.hasSignedIn(run))) return unableToCheck(request, interrupted());
    const onBegin = async () => {
      if (signsInOnce) await messages.rememberSignIn(run);
    };
    const verification = await check({ ...request, onBegin });
    if (!verification?.error) request.signal.throwIfAborted();
    return verification;
  };
}

/** A run that was cut off after its sign-in may have begun, where a second try could lock the account. */
function interrupted(): AppError {
  return new AppError('The verification was interrupted, perhaps after its sign-in', {
    code: 'verification.interrupted',
    hint: 'It is not begun again by itself, since a wrong password tried twice counts twice. Verify again.',
  });
}

/** A verification that could not be done, for a reason that lies before the provider. */
export function unableToCheck(
  { connection, provider }: Pick<ConnectionCheck, 'connection' | 'provider'>,
  error: AppError,
): Promise<Verification> {
  const { target, profiles, profileOptions } = connection;
  const unable = { ...provider, check: () => Promise.reject(error) };
  return runVerification({ provider: unable, credential: {}, target, profiles, profileOptions });
}
