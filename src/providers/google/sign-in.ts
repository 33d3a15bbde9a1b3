import { JWT } from 'google-auth-library';
import { unlessAborted } from '../../deadline.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import { unreachableError } from '../call.ts';
import type { CheckRequest } from '../provider.ts';
import type { KeyCredential } from './credentials.ts';
import type { GoogleSettings } from './settings.ts';

export type Explanation = {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
};

/** What Google's token endpoint says, which has no codes but these texts. */
const explanations: readonly Explanation[] = [
  {
    pattern: /invalid jwt signature/i,
    code: 'provider.sign-in-failed',
    message: 'Google does not know this key of the service account',
    hint: 'The key was deleted or replaced, or the file was changed. Make a new key in the console (IAM & Admin, Service Accounts, Keys) and replace the credential with its file.',
  },
  {
    pattern: /account not found/i,
    code: 'provider.sign-in-failed',
    message: 'The service account does not exist any more, or is disabled',
    hint: 'Look for it in the console (IAM & Admin, Service Accounts). A disabled one can be enabled; a deleted one can be restored for 30 days: gcloud iam service-accounts undelete.',
  },
  {
    pattern: /(robot|account) is disabled|disabled_client|account has been disabled/i,
    code: 'provider.sign-in-failed',
    message: 'The service account is disabled',
    hint: 'Enable it in the console (IAM & Admin, Service Accounts), or with gcloud iam service-accounts enable.',
  },
  {
    pattern: /deleted_client/i,
    code: 'provider.sign-in-failed',
    message: 'The service account was deleted',
    hint: 'It can be restored for 30 days: gcloud iam service-accounts undelete.',
  },
  {
    pattern: /short-lived token|reasonable timeframe|iat and exp/i,
    code: 'provider.clock-skewed',
    message: 'The clock of the machine that verifies is wrong, so Google refused its request',
    hint: 'Nothing is wrong with the credential: whoever operates that machine must set its clock.',
  },
];

/** What the token endpoint answered, where it answered; texts of libraries are not used, since they may hold the key. */
export function answerIn(error: unknown): { status: number; text: string } | undefined {
  if (typeof error !== 'object' || error === null || !('response' in error)) return undefined;
  // Where nothing was answered the property is there all the same.
  const { status, data } = (error.response ?? {}) as { status?: number; data?: unknown };
  if (!status) return undefined;
  return { status, text: typeof data === 'string' ? data : JSON.stringify(data ?? '') };
}

/** What a sign-in needs besides the credential. */
export type SigningIn = Pick<CheckRequest, 'signal' | 'callTimeoutMs'> & { readonly onCall: () => void };

/** Why Google gave no token; what is known of the way that was taken comes first. */
export function signInError(error: unknown, host: string, more: readonly Explanation[] = []): AppError {
  const answer = answerIn(error);
  if (!answer || answer.status === 429 || answer.status >= 500 || answer.status === 200)
    return unreachableError(
      { name: 'Google', host },
      { message: 'could not be reached, or gave no answer that could be read' },
    );
  const known = [...more, ...explanations].find(({ pattern }) => pattern.test(answer.text));
  if (known) return new AppError(known.message, { code: known.code, hint: known.hint });
  const word = /"error"\s*:\s*"([a-z_]{1,40})"/.exec(answer.text)?.[1] ?? `HTTP ${answer.status}`;
  return new AppError(`Google refused the sign-in with ${word}`, {
    code: 'provider.sign-in-failed',
    hint: 'Check the service account and its keys in the console, then verify again.',
  });
}

/** https://developers.google.com/identity/protocols/oauth2/service-account */
const tokenHost = 'oauth2.googleapis.com';
export const scopes = ['https://www.googleapis.com/auth/cloud-platform'];

/** Sends each request once, tells of it, and sends it to the operator's server where there is one. */
export function interceptor({ endpoint }: GoogleSettings, onCall: () => void) {
  const place = endpoint === undefined ? undefined : new URL(endpoint);
  return {
    async resolved<Config extends { url: URL }>(config: Config): Promise<Config> {
      onCall();
      const url = new URL(config.url);
      if (place) {
        url.protocol = place.protocol;
        url.host = place.host;
      }
      // A person is waiting, and can verify again; and credentials that were refused must not be tried again.
      return { ...config, url, retry: false, retryConfig: { retry: 0, noResponseRetries: 0 } };
    },
  };
}

/**
 * Signs in once, with a token that only the key can ask for: an API would take a self-made one even where its key was
 * deleted minutes ago. Throws `provider.sign-in-failed`, `provider.clock-skewed` or `provider.unreachable`.
 */
export async function signIn(
  { clientEmail: email, privateKey: key, privateKeyId: keyId }: KeyCredential,
  settings: GoogleSettings,
  { signal, callTimeoutMs, onCall }: SigningIn,
): Promise<JWT> {
  const host = settings.endpoint === undefined ? tokenHost : new URL(settings.endpoint).host;
  const jwt = new JWT({ email, key, keyId, scopes });
  jwt.transporter.interceptors.request.add(interceptor(settings, onCall));
  const abort = AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]);
  try {
    const { access_token: token } = await unlessAborted(jwt.authorize(), abort);
    if (typeof token === 'string') return jwt;
  } catch (error) {
    throw signInError(error, host);
  }
  throw signInError(undefined, host);
}
