import { AppError } from '../../errors.ts';
import type { CheckRequest } from '../provider.ts';
import { offerTrust } from '../workload.ts';
import { type AwsClientDependencies, type AwsKeys, createAwsClient } from './client.ts';
import { guide } from './guide.ts';
import type { AwsSettings } from './settings.ts';
import { signInError } from './sign-in.ts';

/** What the SDK calls that it finds no identity on the machine. */
const noIdentity = /CredentialsProviderError|could not load credentials/i;

/**
 * The keys of a session as a role that trusts the machine that verifies. The External ID is the name of the connection, never
 * what somebody entered: else one could have the bot assume a role that trusts it for somebody else. Throws
 * `provider.sign-in-failed` or `provider.unreachable`.
 */
export async function enterAsMachine(
  roleArn: string,
  request: Pick<CheckRequest, 'workload' | 'emit'>,
  { settings, options }: { settings: AwsSettings; options: Omit<AwsClientDependencies, 'keys'> },
): Promise<AwsKeys> {
  const { workload } = request;
  if (settings.ownIdentity === undefined || !workload)
    throw new AppError('The machine that verifies may not sign in as itself', {
      code: 'provider.sign-in-failed',
      hint: 'Whoever operates it sets XOAP_AWS_OWN_IDENTITY there, as it is set for the bot.',
    });
  const { subject: externalId } = workload;
  const machine = await createAwsClient(options);
  try {
    const session = await machine.assumeRole({ roleArn, externalId });
    if (session.kind === 'done') return session.output;
    if (session.kind === 'unreachable' && noIdentity.test(session.message))
      throw new AppError('The machine that verifies has no identity in AWS', {
        code: 'provider.sign-in-failed',
        hint: 'Nothing is wrong with the connection: whoever operates the workers gives their machine a role.',
      });
    if (session.kind === 'refused' && session.code === 'AccessDenied') {
      offerTrust(request, guide({ authentication: 'own-identity' }, workload, settings));
      throw new AppError(`AWS does not let the machine of this bot assume ${roleArn}`, {
        code: 'provider.sign-in-failed',
        hint: 'The role is not there, or its trust policy lacks the statement below, or no policy of that machine’s identity allows sts:AssumeRole on the role.',
      });
    }
    throw signInError(session, { host: machine.signInHost() });
  } finally {
    machine.close();
  }
}
