import { AppError, type ErrorCode } from '../../errors.ts';
import { unreachableError } from '../call.ts';
import type { VcenterAnswer } from './client.ts';

type Explanation = { readonly code: ErrorCode; readonly message: string; readonly hint: string };

const explanations: Readonly<Record<string, Explanation>> = {
  InvalidLogin: {
    code: 'provider.sign-in-failed',
    message: 'vCenter does not accept this user and password',
    hint: 'Check both, and the domain of the user. The bot tried once and will not try again by itself: vCenters lock accounts after a few wrong passwords.',
  },
  PasswordExpired: {
    code: 'provider.sign-in-failed',
    message: 'The password of the account has expired',
    hint: 'Set a new one and replace the credential with it.',
  },
  // A kind of NoPermission that says nothing of permissions.
  NotAuthenticated: {
    code: 'provider.unreachable',
    message: 'vCenter ended the session before it answered',
    hint: 'Verify again in a minute. If it goes on, an administrator or a limit on sessions may be ending it.',
  },
  NoPermission: {
    code: 'provider.target-not-found',
    message: 'The account is known, but has no permission on anything in this vCenter',
    hint: 'Give it the documented role on the objects that builds use; a permission at the root of the inventory is not needed.',
  },
  InvalidLocale: {
    code: 'provider.sign-in-failed',
    message: 'vCenter refused the language of the session',
    hint: 'Report this to the operator of the bot.',
  },
};

/** Why the inventory was not read, after a sign-in that worked. */
export function inventoryError(
  answer: Exclude<VcenterAnswer<unknown>, { kind: 'done' }>,
  host: string,
): AppError {
  if (answer.kind === 'unreachable' || explanations[answer.type]) return signInError(answer, host);
  return new AppError(`vCenter answered ${answer.type} when asked for its inventory`, {
    code: 'provider.unreachable',
    hint: 'The sign-in worked. Verify again in a few minutes; if it goes on, the vCenter has a fault.',
    retryable: true,
  });
}

/** Why nothing can be told, from the answer to one of the first calls. */
export function signInError(
  answer: Exclude<VcenterAnswer<unknown>, { kind: 'done' }>,
  host: string,
): AppError {
  if (answer.kind === 'unreachable') return unreachableError({ name: 'The vCenter', host }, answer);
  const known = explanations[answer.type];
  if (known) return new AppError(known.message, { code: known.code, hint: known.hint });
  return new AppError(`vCenter refused the sign-in with ${answer.type}`, {
    code: 'provider.sign-in-failed',
    hint: 'Check the account in the vSphere Client, then verify again.',
  });
}
