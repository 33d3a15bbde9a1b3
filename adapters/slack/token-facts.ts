import type { WebClient } from '@slack/web-api';

/** What Slack says of the token. */
export type TokenFacts = {
  /** The address of the workspace, with a slash behind it. */
  readonly url: string | undefined;
  readonly scopes: readonly string[];
};
const nothing: TokenFacts = { url: undefined, scopes: [] };

/** Creates what looks that up when it is first needed, and again only where Slack did not answer. */
export function createTokenFacts(client: WebClient): () => Promise<TokenFacts> {
  let asked: Promise<TokenFacts> | undefined;
  return () => {
    asked ??= client.auth.test().then(
      ({ url, response_metadata }) => ({ url, scopes: response_metadata?.scopes ?? [] }),
      () => {
        asked = undefined;
        return nothing;
      },
    );
    return asked;
  };
}
