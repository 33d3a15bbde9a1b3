import { setTimeout as wait } from 'node:timers/promises';
import type { OauthV2AccessResponse } from '@slack/web-api';
import type { Cipher } from '../../src/connections/cipher.ts';
import { AppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { type InstallationStore, installationBinding } from '../../src/workspaces/installations.ts';
import type { Leases } from '../../src/workspaces/leases.ts';
import { isAnswerLost, platformCode } from './errors.ts';
import { type Installed, openInstallation } from './installation.ts';

// An access token of a rotated app lives for twelve hours; its refresh token is good for one use, and the answer to that use
// holds the next pair: https://docs.slack.dev/authentication/using-token-rotation. Slack's library refreshes without a lock and
// sends a lost refresh again, after which the installation is dead: https://github.com/slackapi/node-slack-sdk/issues/2504

/** Milliseconds before its end in which a token is renewed, as Slack's own library does. */
const renewMs = 2 * 3_600_000;
/** Milliseconds before its end in which a token is not begun with any more. */
const lastMs = 60_000;
/** Milliseconds for which one process holds the right to refresh: longer than its call may take. */
const leaseMs = 30_000;
/** Milliseconds between two looks at what the holder of the lease has got. */
const lookMs = 200;

const left = ({ expiresAt }: Pick<Installed, 'expiresAt'>, now: Date) =>
  expiresAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(expiresAt) - now.getTime();

/** Whether a token is to be renewed; one without rotation never ends. */
export const isEnding = (installed: Pick<Installed, 'expiresAt'>, now: Date): boolean =>
  left(installed, now) < renewMs;
/** Whether a token can still be used. */
export const isAlive = (installed: Pick<Installed, 'expiresAt'>, now: Date): boolean =>
  left(installed, now) > lastMs;

/** Slack's answers after which a refresh token is of no use any more. */
const used = ['invalid_refresh_token', 'token_expired', 'token_revoked', 'invalid_grant'];

export type RotationDependencies = {
  readonly store: Pick<InstallationStore, 'find' | 'replace'>;
  readonly cipher: Pick<Cipher, 'open' | 'seal'>;
  readonly leases: Leases;
  /** Asks Slack once for a new token; never sent again by itself. */
  readonly refresh: (refreshToken: string) => Promise<OauthV2AccessResponse>;
  readonly now: () => Date;
  readonly logger: Logger;
};

type Read = { readonly installed: Installed; readonly sealed: string };

/** Creates what renews tokens: each refresh token is sent once, by one process of all, and what comes is kept before it is used. */
export function createRotation(dependencies: RotationDependencies) {
  const { store, cipher, leases, refresh, now, logger } = dependencies;

  async function read(workspaceId: string): Promise<Read | undefined> {
    const sealed = (await store.find(workspaceId))?.sealed;
    const installed = sealed && (await openInstallation(workspaceId, sealed, cipher));
    return installed ? { installed, sealed } : undefined;
  }

  /** Puts something in place of what was read; undefined where somebody was faster, such as a new installation. */
  async function replace(workspaceId: string, was: Read, installed: Installed): Promise<Read | undefined> {
    const sealed = await cipher.seal(installed, installationBinding(workspaceId));
    const isReplaced = await store.replace(workspaceId, was.sealed, sealed);
    return isReplaced ? { installed, sealed } : undefined;
  }

  /** What an answer makes of an installation. */
  function renewed(was: Installed, answer: OauthV2AccessResponse): Installed {
    const { access_token: token, refresh_token: refreshToken, expires_in: seconds, scope } = answer;
    if (!token) throw new AppError('Slack refreshed a token and gave none', { code: 'chat.unavailable' });
    const { refreshBegan: _began, expiresAt: _ended, ...rest } = was;
    return {
      ...rest,
      token,
      ...(refreshToken && { refreshToken }),
      ...(seconds && { expiresAt: new Date(now().getTime() + seconds * 1_000).toISOString() }),
      ...(scope && { scopes: scope.split(',') }),
    };
  }

  function sayLost(workspaceId: string, { expiresAt }: Installed, cause: unknown): void {
    logger.error(
      { err: cause, workspaceId, goodUntil: expiresAt },
      'whether Slack refreshed a token is not known; it is used until its end, and the app must be installed again before',
    );
  }

  /** Refreshes what was read, by the holder of the lease. */
  async function refreshed(workspaceId: string, was: Read): Promise<Installed | undefined> {
    const { refreshToken } = was.installed;
    if (!refreshToken) return was.installed;
    // Kept first, so that whoever comes after a process that dies here does not send it again.
    const begun = await replace(workspaceId, was, { ...was.installed, refreshBegan: now().toISOString() });
    if (!begun) return (await read(workspaceId))?.installed;
    let answer: OauthV2AccessResponse;
    try {
      answer = await refresh(refreshToken);
    } catch (cause) {
      if (isAnswerLost(cause) || used.includes(platformCode(cause) ?? '')) {
        sayLost(workspaceId, was.installed, cause);
        return begun.installed;
      }
      // Slack refused it for another reason, or nothing was sent: it can be used yet.
      logger.error({ err: cause, workspaceId }, 'Slack refreshed no token; it is tried again');
      await replace(workspaceId, begun, was.installed);
      return was.installed;
    }
    const next = await replace(workspaceId, begun, renewed(was.installed, answer));
    return next ? next.installed : (await read(workspaceId))?.installed;
  }

  /** Renews the token by the holder of the lease. */
  async function byHolder(workspaceId: string): Promise<Installed | undefined> {
    // What the holder before has done shows only now.
    const current = await read(workspaceId);
    const isOpen = current && isEnding(current.installed, now()) && !current.installed.refreshBegan;
    return isOpen ? refreshed(workspaceId, current) : current?.installed;
  }

  /** Renews the token of a workspace, or waits for whoever does; resolves to what counts then. */
  return async function rotate(workspaceId: string): Promise<Installed | undefined> {
    const name = `slack-token:${workspaceId}`;
    const end = Date.now() + leaseMs;
    for (;;) {
      const found = await read(workspaceId);
      if (!found || !isEnding(found.installed, now())) return found?.installed;
      const holder = await leases.take(name, leaseMs);
      if (holder) return byHolder(workspaceId).finally(() => leases.release(name, holder));
      if (Date.now() > end) return found.installed;
      await wait(lookMs);
    }
  };
}
