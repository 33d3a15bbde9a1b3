/** The scopes that a workspace granted, as Slack said last. */
export type Grants = {
  /** Whether a scope is granted; true while Slack has not said. */
  has(scope: string): boolean;
  /** Whether Slack has said which there are. */
  isKnown(): boolean;
  /** Takes over what an answer of Slack named: https://docs.slack.dev/authentication/#scopes */
  learn(scopes: readonly string[] | undefined): void;
  /** Takes over that Slack refused something for want of a scope. */
  lacks(scope: string): void;
};

/** Creates what knows the scopes of one token. */
export function createGrants(scopes?: readonly string[]): Grants {
  let granted = scopes;
  const lacking = new Set<string>();
  return {
    has: (scope) => !lacking.has(scope) && (granted?.includes(scope) ?? true),
    isKnown: () => granted !== undefined,
    learn(said) {
      if (!said || said.length === 0) return;
      granted = said;
      for (const scope of said) lacking.delete(scope);
    },
    lacks: (scope) => void lacking.add(scope),
  };
}
