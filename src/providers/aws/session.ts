import type { SigningIn } from '../provider.ts';
import { type AwsClient, createAwsClient } from './client.ts';
import type { AwsCredential } from './credentials.ts';
import { enterAsMachine } from './own-identity.ts';
import type { AwsSettings } from './settings.ts';
import { assumeRoleError } from './sign-in.ts';
import { enterByToken } from './web-identity.ts';

type SignedIn = {
  /** The client of whoever XOAP works as: the key itself, or the role that it assumes. */
  readonly client: AwsClient;
  /** The client of the stored key, where there is one. */
  readonly own?: AwsClient;
};

/** Becomes whoever XOAP works as, in the way that the credential says. */
export async function signIn(
  credential: AwsCredential,
  request: SigningIn,
  settings: AwsSettings,
): Promise<SignedIn> {
  const { signal, callTimeoutMs, emit } = request;
  const { region, roleArn = '' } = credential;
  const { endpoint } = settings;
  const options = { region, endpoint, signal, callTimeoutMs, onCall: () => emit({ type: 'call' }) };
  if (credential.authentication === 'web-identity') {
    const keys = await enterByToken({ roleArn, region }, request, settings);
    return { client: await createAwsClient({ ...options, keys }) };
  }
  if (credential.authentication === 'own-identity') {
    const keys = await enterAsMachine(roleArn, request, { settings, options });
    return { client: await createAwsClient({ ...options, keys }) };
  }
  const { accessKeyId, secretAccessKey, sessionToken, externalId } = credential;
  const own = await createAwsClient({ ...options, keys: { accessKeyId, secretAccessKey, sessionToken } });
  if (!roleArn) return { client: own, own };
  const session = await own.assumeRole({ roleArn, externalId });
  if (session.kind === 'done')
    return { client: await createAwsClient({ ...options, keys: session.output }), own };
  own.close();
  throw assumeRoleError(session, { roleArn, externalId, host: own.signInHost() });
}
