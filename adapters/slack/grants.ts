/** The scopes that a workspace granted, as Slack said last. */
export type Grants = {
  /** Whether a scope is granted; true while Slack has not said. */
  has(scope: string): boolean;
  /** Whether Slack has said which there are. */
  isKnown(): boolean;
  /** Takes over what an answer of Slack named: https://docs.slack.dev/authentication/#scopes */
  learn(scopes: readonly string[] | undefined): void;
};

/** Creates what knows the scopes of one token. */
export function createGrants(scopes?: readonly string[]): Grants {
  let granted = scopes;
  return {
    has: (scope) => granted?.includes(scope) ?? true,
    isKnown: () => granted !== undefined,
    learn(said) {
      if (said && said.length > 0) granted = said;
    },
  };
}
