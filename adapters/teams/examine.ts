import express from 'express';
import { type AppError, isAppError } from '../../src/errors.ts';
import type { Examined } from '../../src/examined.ts';
import { clientsOf, createTeamsApp, type TeamsAppDependencies } from './client.ts';

const part = 'Teams credential';

const trust = 'Run the command that “xoap issuer show” prints; it may take some minutes to show.';

/** What Microsoft answers to it: https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes */
const refusals: Readonly<Record<string, string>> = {
  AADSTS7000215: 'TEAMS_CLIENT_SECRET is wrong: copy the Value of the secret, not its Secret ID.',
  AADSTS7000222:
    'The client secret has expired. Make a new one in the Entra application, and set TEAMS_CLIENT_SECRET.',
  AADSTS700016:
    'TEAMS_CLIENT_ID is not known in this tenant. Check TEAMS_TENANT_ID; a bot of one tenant needs it.',
  AADSTS700211: `The application trusts no issuer of this address. ${trust}`,
  AADSTS700212: `The application trusts tokens for another audience. ${trust}`,
  AADSTS700213: `The application trusts another subject. ${trust}`,
  AADSTS7002138: `The application trusts the subject in other capital and small letters. ${trust}`,
  AADSTS7000272:
    'Microsoft does not find the key of the token at XOAP_ISSUER_URL, or has an older set of keys. “xoap issuer show” says which there are.',
  AADSTS90002: 'There is no tenant of this id. Check TEAMS_TENANT_ID.',
};

/** The code of Entra in an error, or in what caused it. */
function codeIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return /AADSTS\d+/.exec(error.message)?.[0] ?? codeIn(error.cause);
}

/** A fault of our own on the way to a token, such as a key that does not open. */
function ownFaultIn(error: unknown): AppError | undefined {
  if (!(error instanceof Error)) return undefined;
  return isAppError(error) && error.code !== 'chat.unavailable' ? error : ownFaultIn(error.cause);
}

/** Asks Microsoft for a token as the bot would, and for nothing else. */
export async function examineTeams(settings: TeamsAppDependencies): Promise<Examined[]> {
  if (settings.signIn.kind === 'made-up')
    return [{ part, state: 'skipped', text: 'a local service stands in for Microsoft, which takes any' }];
  try {
    await clientsOf(createTeamsApp(settings, express()))('https://smba.trafficmanager.net/teams');
    return [{ part, state: 'ok', text: 'Microsoft gives a token for it' }];
  } catch (error) {
    const own = ownFaultIn(error);
    if (own)
      return [{ part, state: 'failed', text: `no token of the bot’s own: ${own.message}`, todo: own.hint }];
    const code = codeIn(error);
    const todo = code
      ? (refusals[code] ?? `Look ${code} up at https://login.microsoftonline.com/error.`)
      : 'See to it that this machine reaches login.microsoftonline.com on port 443, through its firewall or proxy.';
    const text = code ? `Microsoft refuses it: ${code}` : 'Microsoft was not reached, or did not answer';
    return [{ part, state: 'failed', text, todo }];
  }
}
