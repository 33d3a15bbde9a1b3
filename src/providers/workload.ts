import { AppError } from '../errors.ts';
import type { Remediation } from '../verification/verification.ts';
import type { Guidance } from './credential-form.ts';

/** Who a verification speaks for, where no secret is held: the provider trusts the bot, or the machine that it runs on. */
export type Workload = {
  /** What the token says it is; the trust at the provider names it. */
  readonly subject: string;
  /**
   * The subject of a connection of the same workspace that there is not: no trust names it, and whatever lets it in lets in
   * others than this one. Absent at a command line, which speaks for no workspace.
   */
  readonly stranger?: string;
  /** Whether nobody else verifies on this machine, as at a command line: what lets everybody in lets in nobody more. */
  readonly isAlone?: boolean;
  /** A new token for an audience, good for some minutes; it is a secret. Absent where the bot has no issuer. */
  token?(audience: string): Promise<string>;
  /**
   * The same of the stranger. Absent where tokens come from elsewhere.
   */
  decoy?(audience: string): Promise<string>;
};

/** What a trust at a provider names: who makes tokens, and for whom. */
export type Trust = { readonly issuer: string; readonly subject: string };

/** The same where the bot may have no issuer. */
export type PossibleTrust = { readonly issuer?: string | undefined; readonly subject: string };

/**
 * A token that is about to be shown, and what a trust has to name to take it: a pipeline brings its own issuer. Throws
 * `issuer.not-set` where none can be made.
 */
export async function showToken(
  workload: Workload | undefined,
  audience: string,
): Promise<{ readonly token: string; readonly trust: Trust }> {
  if (!workload?.token) throw issuerNotSet();
  const { subject } = workload;
  const token = await workload.token(audience);
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  const [, issuer = ''] = /"iss":"([^"'\\\s]*)"/.exec(payload) ?? [];
  return { token, trust: { issuer, subject } };
}

const issuerNotSet = () =>
  new AppError('The machine that verifies has no issuer, so it cannot sign in without a secret', {
    code: 'issuer.not-set',
    hint: 'Whoever operates it sets XOAP_ISSUER_URL there, as it is set for the bot.',
  });

/**
 * A trust that can stand in a command and in a file of settings as it is; a pipeline's token says what it likes, such as the
 * name of a branch.
 */
export function plainTrust(given: PossibleTrust | undefined): Trust | undefined {
  const { issuer = '', subject = '' } = given ?? {};
  const isPlain = /^https:\/\/[\w.-]+(\/[\w.~-]+)*$/.test(issuer) && /^[\w:./@-]+$/.test(subject);
  return isPlain ? { issuer, subject } : undefined;
}

/** Said beside the findings of whoever signed in so. */
export const keylessNote = (who: string) =>
  `Signed in without a secret, as ${who} of XOAP’s connection that trusts this bot. How XOAP itself signs in, with its own secret or trust, was not tried.`;

type Offering = {
  readonly emit: (event: { readonly type: 'offer'; readonly remediation: Remediation }) => void;
};

/** Offers what has to be set up, as the form showed it, where a sign-in was refused for want of it. */
export function offerTrust({ emit }: Offering, guidance: readonly Guidance[]): void {
  for (const { title, text, format, alternative = false } of guidance)
    emit({ type: 'offer', remediation: { title, text, format, alternative, fixes: [] } });
}
