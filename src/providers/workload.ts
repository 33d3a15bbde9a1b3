import { AppError } from '../errors.ts';

/** Who a verification speaks for, where a provider trusts the bot and no secret is held. */
export type Workload = {
  /** What the token says it is; the trust at the provider names it. */
  readonly subject: string;
  /** A new token for an audience, good for some minutes. It is a secret. Throws where none can be made. */
  token(audience: string): Promise<string>;
};

/** What a trust at a provider names: who makes tokens, and for whom. */
export type Trust = { readonly issuer: string; readonly subject: string };

/** A token that is about to be shown, and what a trust has to name to take it: a pipeline brings its own issuer. */
export async function showToken(
  { subject, token: make }: Workload,
  audience: string,
): Promise<{ readonly token: string; readonly trust: Trust }> {
  const token = await make(audience);
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  const [, issuer = ''] = /"iss":"([^"'\\\s]*)"/.exec(payload) ?? [];
  return { token, trust: { issuer, subject } };
}

export const issuerNotSet = () =>
  new AppError('The machine that verifies has no issuer, so it cannot sign in without a secret', {
    code: 'issuer.not-set',
    hint: 'Whoever operates it sets XOAP_ISSUER_URL there, as it is set for the bot.',
  });

/** Said beside the findings of whoever signed in so. */
export const keylessNote = (who: string) =>
  `Signed in without a secret, as ${who} of XOAP’s connection that trusts this bot. How XOAP itself signs in, with its own secret or trust, was not tried.`;
