/** What `xoap doctor` found about one part of an installation. */
export type Examined = {
  /** The part, in a word or two. */
  readonly part: string;
  /** warning: it works, and something is worth knowing; skipped: it was not looked at, and why. */
  readonly state: 'ok' | 'warning' | 'failed' | 'skipped';
  /** What was found. */
  readonly text: string;
  /** What to do about it, a whole sentence. */
  readonly todo?: string | undefined;
};
