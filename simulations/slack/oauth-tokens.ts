import { randomBytes } from 'node:crypto';

// Tokens of a rotated app: https://docs.slack.dev/authentication/using-token-rotation

/** Where the app can be installed: a workspace, or an organisation with all of its own. */
export type Place = {
  readonly name: string;
  readonly teamId?: string;
  readonly enterpriseId?: string;
  readonly isOrganisation: boolean;
};

type Token = {
  readonly place: Place;
  readonly scopes: readonly string[];
  readonly expiresAt: number;
  /** What Slack answers to it; undefined while it is good. */
  refusal?: string;
};
type Refresh = { readonly place: Place; readonly scopes: readonly string[] };
type Code = { readonly place: Place; readonly scopes: readonly string[]; readonly redirectUri: string };

const random = () => randomBytes(18).toString('hex');

/** The tokens that a local Slack has given out, and what each is good for. */
export function createOauthTokens() {
  const access = new Map<string, Token>();
  const refreshes = new Map<string, Refresh>();
  const codes = new Map<string, Code>();
  /** Seconds for which new access tokens are good. */
  const settings = { expiresIn: 43_200 };

  function give({ place, scopes }: Refresh) {
    // Forms of real ones, so that whoever looks for tokens in texts finds these.
    const [token, refreshToken] = [`xoxe.xoxb-1-${random()}`, `xoxe-1-${random()}`];
    access.set(token, { place, scopes, expiresAt: Date.now() + settings.expiresIn * 1_000 });
    refreshes.set(refreshToken, { place, scopes });
    return {
      access_token: token,
      refresh_token: refreshToken,
      expires_in: settings.expiresIn,
      scope: scopes.join(','),
      token_type: 'bot',
    };
  }

  return {
    settings,
    /** Every text that is a secret. */
    secrets: () => [...access.keys(), ...refreshes.keys()],
    codeFor(code: Code): string {
      const text = random();
      codes.set(text, code);
      return text;
    },
    /** Gives tokens for a code, once. */
    exchange(code: string, redirectUri: string) {
      const found = codes.get(code);
      codes.delete(code);
      if (!found) return { error: 'invalid_code' };
      if (found.redirectUri !== redirectUri) return { error: 'bad_redirect_uri' };
      return { place: found.place, ...give(found) };
    },
    /** Gives new tokens for a refresh token, once; the access token before stays good until its end. */
    refresh(refreshToken: string) {
      const found = refreshes.get(refreshToken);
      refreshes.delete(refreshToken);
      return found ? { place: found.place, ...give(found) } : { error: 'invalid_refresh_token' };
    },
    /** Whose an access token is, or why it is refused. */
    look(token: string): Token | string {
      const found = access.get(token);
      if (!found) return 'invalid_auth';
      if (found.refusal !== undefined) return found.refusal;
      return found.expiresAt < Date.now() ? 'token_expired' : found;
    },
    /** Ends every token of a place. */
    revoke(place: Place, refusal: string): void {
      for (const token of access.values()) if (token.place === place) token.refusal = refusal;
      for (const [text, refresh] of refreshes) if (refresh.place === place) refreshes.delete(text);
    },
  };
}
export type OauthTokens = ReturnType<typeof createOauthTokens>;
