import type { Cipher } from '../../src/connections/cipher.ts';
import { AppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import type { InstallationStore } from '../../src/workspaces/installations.ts';
import { type Installed, openInstallation } from './installation.ts';
import { isAlive, isEnding } from './rotation.ts';

/** Milliseconds after which it is read again what another process may have changed. */
const freshMs = 30_000;
/** Milliseconds between two tries to renew a token that is good for a while yet. */
const againMs = 60_000;
/** Workspaces that are remembered; those beyond are read again when they are needed. */
const mostRemembered = 10_000;

export type SlackTokens = {
  /**
   * The installation of a workspace, with a token that is good now: at once where one was found lately, since a form has
   * three seconds to open. Throws `workspaces.ended` where there is none, `chat.unavailable` where its token has ended and
   * there is no new one yet.
   */
  of(workspaceId: string): Promise<Installed>;
  /** The same, whether its token is good or not. */
  installation(workspaceId: string): Promise<Installed>;
  /** Forgets what was found, so that it is read again. */
  forget(workspaceId: string): void;
};

export type TokenDependencies = {
  readonly store: Pick<InstallationStore, 'find'>;
  readonly cipher: Pick<Cipher, 'open'>;
  /** Gets a new token in place of one that ends, by one process alone; resolves to what counts then. */
  readonly rotate: (workspaceId: string) => Promise<Installed | undefined>;
  readonly now: () => Date;
  readonly logger: Logger;
};

const notInstalled = (workspaceId: string) =>
  new AppError(`The app is not installed in ${workspaceId}`, { code: 'workspaces.ended' });

/** Runs work of a workspace once at a time: whoever asks meanwhile gets the same. */
function onceAtATime<Result>(work: (workspaceId: string) => Promise<Result>) {
  const running = new Map<string, Promise<Result>>();
  return (workspaceId: string): Promise<Result> => {
    const known = running.get(workspaceId);
    if (known !== undefined) return known;
    const begun = work(workspaceId).finally(() => running.delete(workspaceId));
    running.set(workspaceId, begun);
    return begun;
  };
}

/** Creates what knows the tokens of all workspaces. */
export function createTokens({ store, cipher, rotate, now, logger }: TokenDependencies): SlackTokens {
  const known = new Map<string, { readonly installed: Installed; readonly readAt: number }>();
  const triedAt = new Map<string, number>();

  function remember(workspaceId: string, installed: Installed): Installed {
    if (known.size >= mostRemembered) known.clear();
    known.set(workspaceId, { installed, readAt: Date.now() });
    return installed;
  }

  const read = onceAtATime(async (workspaceId) => {
    const stored = await store.find(workspaceId);
    const installed = stored && (await openInstallation(workspaceId, stored.sealed, cipher));
    if (installed) return remember(workspaceId, installed);
    known.delete(workspaceId);
    throw notInstalled(workspaceId);
  });

  const renew = onceAtATime(async (workspaceId) => {
    if (triedAt.size >= mostRemembered) triedAt.clear();
    triedAt.set(workspaceId, Date.now());
    const installed = await rotate(workspaceId);
    if (!installed) throw notInstalled(workspaceId);
    return remember(workspaceId, installed);
  });

  const behind = (work: Promise<unknown>, workspaceId: string) =>
    void work.catch((err: unknown) => logger.warn({ err, workspaceId }, 'a token of Slack was not renewed'));

  /** What is known, or what is read; known things are read again behind it once in a while. */
  async function installation(workspaceId: string): Promise<Installed> {
    const found = known.get(workspaceId);
    if (!found) return read(workspaceId);
    if (Date.now() - found.readAt > freshMs) behind(read(workspaceId), workspaceId);
    return found.installed;
  }

  return {
    installation,
    async of(workspaceId) {
      const installed = await installation(workspaceId);
      if (!isEnding(installed, now())) return installed;
      // It is good for a while yet, and nobody who waits for an answer waits for the next one.
      if (isAlive(installed, now())) {
        if (Date.now() - (triedAt.get(workspaceId) ?? 0) > againMs) behind(renew(workspaceId), workspaceId);
        return installed;
      }
      const next = await renew(workspaceId);
      if (isAlive(next, now())) return next;
      throw new AppError('The token of this workspace has ended, and Slack gives no new one', {
        code: 'chat.unavailable',
        retryable: true,
        hint: 'Install the app again in this workspace.',
      });
    },
    forget: (workspaceId) => void known.delete(workspaceId),
  };
}
