import { type AuthClient, IdentityPoolClient } from 'google-auth-library';
import { unlessAborted } from '../../deadline.ts';
import { AppError } from '../../errors.ts';
import type { CheckRequest } from '../provider.ts';
import { offerTrust, showToken, type Trust, type Workload } from '../workload.ts';
import type { TrustingCredential } from './credentials.ts';
import { guide, poolPath } from './guide.ts';
import type { GoogleSettings } from './settings.ts';
import { answerIn, type Explanation, interceptor, type SigningIn, scopes, signInError } from './sign-in.ts';

/** Seconds that the access token is good for; a verification takes less. */
const tokenSeconds = 600;
const exchangeHost = 'sts.googleapis.com';

/**
 * What the token service and the impersonation say, by text: the first has few codes and the second one.
 * https://cloud.google.com/iam/docs/troubleshooting-workload-identity-federation
 */
function explanationsFor(credential: TrustingCredential, trust: Trust): Explanation[] {
  const { clientEmail, pool, poolProvider, poolProjectNumber } = credential;
  const code = 'provider.sign-in-failed';
  const provider = `${pool}/${poolProvider}`;
  return [
    {
      pattern: /invalid_target/i,
      code,
      message: `Google finds no provider ${provider} in project ${poolProjectNumber}`,
      hint: `It is not there, disabled or deleted; the number is that of the project of the pool. Make it as below; it may take five minutes to show. Where an organisation policy (constraints/iam.workloadIdentityPoolProviders) forbids it, its administrator allows ${trust.issuer} there.`,
    },
    {
      pattern: /error connecting to the given credential's issuer/i,
      code,
      message: `Google could not read the keys of ${trust.issuer}`,
      hint: `It reads ${trust.issuer}/.well-known/openid-configuration and the keys that it names, from the internet. Whoever operates the bot looks at that address from outside; or the provider is given the key set as a file (xoap issuer export, --jwk-json-path).`,
    },
    {
      pattern: /127 bytes/,
      code,
      message: 'Google takes no subject of more than 127 bytes',
      hint: 'Map google.subject to something shorter in the provider, and bind that to the service account.',
    },
    {
      pattern: /audience/i,
      code,
      message: `The provider ${provider} takes tokens for other audiences`,
      hint: `Whoever owns the pool adds the provider’s own name to its allowed audiences: https://iam.googleapis.com/${poolPath(credential)}/providers/${poolProvider}`,
    },
    {
      pattern: /unauthorized_client|attribute condition/i,
      code,
      message: `The attribute condition of the provider ${provider} refuses ${trust.subject}`,
      hint: 'Whoever owns the pool lets the condition admit this subject too.',
    },
    {
      pattern: /invalid_grant/i,
      code,
      message: `The provider ${provider} does not accept the token of ${trust.issuer}`,
      hint: `Its issuer is another one than ${trust.issuer}, or its keys are older than the last rotation. A key set that was given as a file is given anew (xoap issuer export).`,
    },
    {
      pattern: /has not been used in project|it is disabled|SERVICE_DISABLED/i,
      code,
      message: 'The IAM Service Account Credentials API is off',
      hint: 'Switch it on in the project of the service account, as below.',
    },
    {
      pattern: /getAccessToken|IAM_PERMISSION_DENIED/,
      code,
      message: `${clientEmail} does not trust this connection, or is not there`,
      hint: 'Bind it as below; it may take some minutes to show.',
    },
  ];
}

/** What Google says where it is the pool, the binding or the API that is missing, and nothing that refuses. */
const withoutTrust =
  /invalid_target|getAccessToken|IAM_PERMISSION_DENIED|has not been used in project|SERVICE_DISABLED/;

type Impersonating = SigningIn & Pick<CheckRequest, 'emit'> & { readonly workload: Workload | undefined };

/** The library's client; it exchanges tokens over a transporter of its own, to which it gives no access. */
class Federated extends IdentityPoolClient {
  constructor(
    intercepts: ReturnType<typeof interceptor>,
    options: ConstructorParameters<typeof IdentityPoolClient>[0],
  ) {
    super(options);
    const { transporter: exchanging } = this.stsCredential as unknown as Pick<AuthClient, 'transporter'>;
    for (const { interceptors } of [this.transporter, exchanging]) interceptors.request.add(intercepts);
  }
}

type Entered = { readonly client: AuthClient } | { readonly error: unknown };

/** Whether Google has refused a subject, and not only a request: keys that it could not read say nothing of a binding. */
const isRefused = (entered: Entered) =>
  'error' in entered && refusedSubject.test(answerIn(entered.error)?.text ?? '');
const refusedSubject = /getAccessToken|IAM_PERMISSION_DENIED|unauthorized_client|attribute condition/i;

/**
 * Becomes the service account that trusts the bot. One that lets in a token which nobody trusts is not used: a binding for
 * the whole pool would let in a connection of anybody. Throws `issuer.not-set`, `provider.sign-in-failed` or
 * `provider.unreachable`.
 */
export async function impersonate(
  credential: TrustingCredential,
  settings: GoogleSettings,
  { workload, emit, signal, callTimeoutMs, onCall }: Impersonating,
): Promise<AuthClient> {
  const audience = `//iam.googleapis.com/${poolPath(credential)}/providers/${credential.poolProvider}`;
  const [{ token, trust }, decoyToken] = await Promise.all([
    showToken(workload, `https:${audience}`),
    workload?.decoy?.(`https:${audience}`),
  ]);
  const abort = AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]);

  async function enter(shown: string): Promise<Entered> {
    // No configuration file is ever read: it could name addresses to call and files to read.
    const client = new Federated(interceptor(settings, onCall), {
      type: 'external_account',
      audience,
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `https://${exchangeHost}/v1/token`,
      subject_token_supplier: { getSubjectToken: async () => shown },
      service_account_impersonation_url: `https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/${credential.clientEmail}:generateAccessToken`,
      service_account_impersonation: { token_lifetime_seconds: tokenSeconds },
      scopes,
    });
    try {
      const { token: access } = await unlessAborted(client.getAccessToken(), abort);
      return typeof access === 'string' ? { client } : { error: undefined };
    } catch (error) {
      return { error };
    }
  }

  const [entered, decoy] = await Promise.all([enter(token), decoyToken ? enter(decoyToken) : undefined]);
  const offer = () =>
    offerTrust({ emit }, guide({ ...credential, serviceAccount: credential.clientEmail }, trust));
  const host = settings.endpoint === undefined ? exchangeHost : new URL(settings.endpoint).host;
  if (decoy && 'client' in decoy) {
    offer();
    throw letsInAll(credential);
  }
  if ('client' in entered) {
    // What the decoy came to must be known before the session is used.
    if (!decoy || isRefused(decoy)) return entered.client;
    throw signInError(decoy.error, host);
  }
  if (withoutTrust.test(answerIn(entered.error)?.text ?? '')) offer();
  throw signInError(entered.error, host, explanationsFor(credential, trust));
}

/** A binding for more than one subject: a connection of anybody would become the service account. */
const letsInAll = ({ clientEmail }: TrustingCredential) =>
  new AppError(`${clientEmail} lets in other connections of this bot than this one`, {
    code: 'provider.sign-in-failed',
    hint: 'Its binding is for a principalSet or the whole pool, so others could have the bot become this service account, and it is not used. Remove that binding, and bind the one subject as below.',
  });
