import { randomUUID } from 'node:crypto';
import { AppError } from '../../errors.ts';
import type { SigningIn } from '../provider.ts';
import { offerTrust } from '../workload.ts';
import type { AwsAnswer } from './answers.ts';
import { type AwsClientDependencies, type AwsKeys, createAwsClient } from './client.ts';
import { guide } from './guide.ts';
import { readRefusal } from './refusals.ts';
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
  request: Pick<SigningIn, 'workload' | 'emit'>,
  { settings, options }: { settings: AwsSettings; options: Omit<AwsClientDependencies, 'keys'> },
): Promise<AwsKeys> {
  const { workload } = request;
  if (settings.ownIdentity === undefined || !workload)
    throw new AppError('The machine that verifies may not sign in as itself', {
      code: 'provider.sign-in-failed',
      hint: 'Whoever operates it sets XOAP_AWS_OWN_IDENTITY there, as it is set for the bot.',
    });
  const { subject: externalId, stranger = randomUUID(), isAlone = false } = workload;
  const machine = await createAwsClient(options);
  const trust = () => guide({ authentication: 'own-identity' }, workload, settings);
  try {
    const [session, decoy] = await Promise.all([
      machine.assumeRole({ roleArn, externalId }),
      // STS takes any External ID where the role demands none, and so would it for a connection of somebody else.
      isAlone ? undefined : machine.assumeRole({ roleArn, externalId: stranger }),
    ]);
    if (decoy?.kind === 'done') {
      offerTrust(request, trust());
      throw new AppError(`${roleArn} does not demand the External ID of this connection`, {
        code: 'provider.sign-in-failed',
        hint: 'It would let the bot in for others too, so it is not used. Its trust policy needs the condition below, and no other statement that lets the bot in.',
      });
    }
    const asked = { roleArn, externalId, host: machine.signInHost() };
    if (session.kind === 'done') {
      // What the decoy came to must be known before the session is used.
      if (!decoy || (decoy.kind === 'refused' && decoy.code === 'AccessDenied')) return session.output;
      throw whyNot(decoy, asked).error;
    }
    const { error, isWithoutTrust } = whyNot(session, asked);
    if (isWithoutTrust) offerTrust(request, trust());
    throw error;
  } finally {
    machine.close();
  }
}

/** Why the machine did not become the role, and whether it is for want of the trust. */
function whyNot(
  answer: Exclude<AwsAnswer, { kind: 'done' }>,
  { roleArn, externalId, host }: { roleArn: string; externalId: string; host: string },
): { error: AppError; isWithoutTrust: boolean } {
  const refused = (what: string, hint: string) =>
    new AppError(what, { code: 'provider.sign-in-failed', hint });
  if (answer.kind === 'unreachable' && noIdentity.test(answer.message)) {
    const hint =
      'Nothing is wrong with the connection: whoever operates the workers gives their machine a role.';
    return {
      error: refused('The machine that verifies has no identity in AWS', hint),
      isWithoutTrust: false,
    };
  }
  if (answer.kind === 'unreachable' || answer.code !== 'AccessDenied')
    return { error: signInError(answer, { host }), isWithoutTrust: false };
  const { layer, denial } = readRefusal(answer.message);
  const isAbove =
    denial === 'explicit' || layer === 'service-control-policy' || layer === 'resource-control-policy';
  const untrusting = externalId
    ? 'its trust policy lacks the statement below'
    : 'its trust policy does not name that machine or demands an External ID (externalId), of which none is given';
  const hint = isAbove
    ? 'A policy forbids it, of the organisation or with a Deny. Its administrator must look at it.'
    : `The role is not there, or ${untrusting}, or no policy of that machine’s identity allows sts:AssumeRole on the role.`;
  return {
    error: refused(`AWS does not let the machine of this bot assume ${roleArn}`, hint),
    isWithoutTrust: !isAbove,
  };
}
