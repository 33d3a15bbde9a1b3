import { AppError, type ErrorCode } from '../../errors.ts';
import { unreachableError } from '../call.ts';
import type { Trust } from '../workload.ts';

type Explanation = {
  readonly code?: ErrorCode;
  readonly message: string;
  readonly hint: string;
};

const inPortal = 'in the portal under Microsoft Entra ID';
const otherCloud: Explanation = {
  message: 'This tenant belongs to another Azure cloud',
  hint: 'Remove this connection, and add it with the cloud of the tenant: Public, US Government or China.',
};
const blocked: Explanation = {
  message: 'A Conditional Access policy of the tenant blocks this sign-in',
  hint: 'Conditional Access for workload identities is usually bound to addresses: have the administrators of the tenant allow the address that verifications come from, or exclude this service principal.',
};
const deletedApplication: Explanation = {
  message: 'Entra ID does not know the client id in this tenant',
  hint: 'Either the Client ID or the Tenant ID is wrong, or the service principal was deleted. One that was made minutes ago may not have reached every data centre yet: then verify again in 5 minutes.',
};

export const expiredSecret = '7000222';

/**
 * The codes of Entra ID that a service principal meets, with what to do.
 * https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes
 */
const explanations: Readonly<Record<string, Explanation>> = {
  '7000215': {
    message: 'Entra ID does not accept the client secret',
    hint: 'Usually the Secret ID was pasted in place of the Value, or the secret was replaced by a newer one. Make a new secret and replace the credential with it.',
  },
  [expiredSecret]: {
    message: 'The client secret has expired',
    hint: 'Make a new one and replace the credential with it.',
  },
  '7000112': {
    message: 'The application is disabled in its tenant',
    hint: `Enable it ${inPortal}, Enterprise applications, Properties, “Enabled for users to sign-in”.`,
  },
  '700016': deletedApplication,
  '700027': {
    message: 'Entra ID does not accept the proof of this application',
    hint: 'Make a new client secret and replace the credential with it.',
  },
  '7000229': {
    message: 'The application has no service principal in this tenant',
    hint: 'Make one with: az ad sp create --id CLIENT_ID. One that was made minutes ago may need until the next check.',
  },
  '90002': {
    message: 'Entra ID does not know the tenant id',
    hint: `Check the Tenant ID ${inPortal}, Overview, and that the connection names the right cloud.`,
  },
  '900023': {
    message: 'Entra ID does not know the tenant id',
    hint: `Check the Tenant ID ${inPortal}, Overview.`,
  },
  '90038': otherCloud,
  '900382': otherCloud,
  '900432': otherCloud,
  '53003': blocked,
  '530032': blocked,
  '530035': blocked,
  '90055': {
    code: 'provider.unreachable',
    message: 'Entra ID is throttling sign-ins',
    hint: 'Verify again in a minute.',
  },
  '700024': {
    code: 'provider.clock-skewed',
    message: 'The clock of the machine that verifies is wrong, so Entra ID refused its request',
    hint: 'Nothing is wrong with the credential: whoever operates that machine must set its clock.',
  },
};

const days = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' });
const dayOf = (date: string) => days.format(new Date(date));

/** The number of an AADSTS code; the SDK carries it in its text only. */
export function entraCode(text: string): string | undefined {
  const match = /AADSTS(\d+)|Error\(s\): (\d+)/.exec(text);
  return match?.[1] ?? match?.[2];
}

export type SignIn = {
  readonly authorityHost: string;
  readonly expiredOn?: string | undefined;
  /** Where no secret was used. */
  readonly trust?: Trust | undefined;
};

/**
 * The codes that a sign-in without a secret meets. Entra ID compares issuer, subject and audience as texts.
 * https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation-considerations
 */
function trustExplanations({ issuer, subject }: Trust): Readonly<Record<string, Explanation>> {
  const anew =
    'Make the federated credential below. One that was made just now takes some minutes to be known.';
  const none = { message: `The application trusts no token of ${issuer} for this connection`, hint: anew };
  const keys = {
    message: `Entra ID does not find the key of the token at ${issuer}`,
    hint: `It reads ${issuer}/.well-known/openid-configuration and the keys that it names, from the internet. Whoever operates the bot looks at that address from outside; after a rotation Entra ID may need some minutes.`,
  };
  return {
    '70021': none,
    '700211': { ...none, message: `The application trusts no token of ${issuer}` },
    '700212': {
      message: 'The application trusts this bot for another audience',
      hint: 'Change the audience of the federated credential that is there (az ad app federated-credential update): issuer and subject are right.',
    },
    '700213': { message: `The application trusts ${issuer}, but not for ${subject}`, hint: anew },
    '7002137': { message: `The application trusts ${issuer}, but not for ${subject}`, hint: anew },
    '7002138': {
      message: `The application trusts ${subject} in another letter case`,
      hint: `Entra ID tells capital letters from small ones. Delete that federated credential. ${anew}`,
    },
    '7000272': keys,
    '50166': keys,
    '700027': {
      message: 'Entra ID does not accept the signature of the token',
      hint: `The keys that stand at ${issuer} are not those that the bot signs with. Whoever operates the bot exports them anew (xoap issuer export).`,
    },
  };
}

/** Whether it is a federated credential that is missing, or another one that is there. */
export const isWithoutTrust = (error: unknown): boolean =>
  ['70021', '700211', '700213', '7002137', '7002138'].includes(
    entraCode(error instanceof Error ? error.message : '') ?? '',
  );

/** Why Entra ID gave no token, from what the SDK threw. The thrown text itself is repeated nowhere. */
export function signInError(error: unknown, { authorityHost, expiredOn, trust }: SignIn): AppError {
  const entra = entraCode(error instanceof Error ? error.message : '');
  if (entra === undefined)
    return unreachableError(
      { name: 'Entra ID', host: new URL(authorityHost).host },
      { message: 'could not be reached, or gave no answer that could be read' },
    );
  const known = (trust && trustExplanations(trust)[entra]) ?? explanations[entra];
  if (!known) {
    return new AppError(`Entra ID refused the sign-in with AADSTS${entra}`, {
      code: 'provider.sign-in-failed',
      hint: `What the code means stands at https://login.microsoftonline.com/error?code=${entra}.`,
    });
  }
  const { code = 'provider.sign-in-failed', hint } = known;
  const message =
    entra === expiredSecret && expiredOn ? `The client secret expired on ${dayOf(expiredOn)}` : known.message;
  return new AppError(`${message} (AADSTS${entra})`, { code, hint });
}

/** The token is good, yet Resource Manager does not take it for this subscription. */
export function tokenRefused(code: string): AppError {
  if (code === 'InvalidAuthenticationTokenTenant') {
    return new AppError('The subscription belongs to another tenant than the service principal', {
      code: 'provider.sign-in-failed',
      hint: 'Check Subscription ID and Tenant ID: az account show --subscription SUBSCRIPTION_ID --query tenantId.',
    });
  }
  return new AppError(`Azure Resource Manager does not accept the sign-in (${code})`, {
    code: 'provider.sign-in-failed',
    hint: 'Check that the connection names the right cloud, then verify again.',
  });
}
