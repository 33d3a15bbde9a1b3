import type { CredentialDates, Verdict, Verification } from '../verification/verification.ts';

/** The outcome of a connection's latest verification, for lists. */
export type LatestVerdict = {
  readonly verdict: Verdict;
  readonly at: string;
  readonly missing: number;
  /** How it stands for each thing it is for; absent where it is the documented profile alone, or in an older record. */
  readonly profiles?: readonly { readonly id: string; readonly verdict: Verdict }[] | undefined;
  /** Whether the provider refused the credential itself. */
  readonly isRefused?: boolean | undefined;
  /** How many findings are accepted, and the last day on which all of them are. */
  readonly accepted?: { readonly count: number; readonly until: string } | undefined;
  /** Who signed in last, as the provider named them. */
  readonly identity?: { readonly id: string; readonly principal?: string | undefined } | undefined;
  /** Where it was, as far as the provider told. */
  readonly target?: Readonly<Record<string, string>> | undefined;
  /** What is known of the age of the credential. */
  readonly credential?: CredentialDates | undefined;
};

/** The outcome of one run. */
export type RecentRun = { readonly verdict: Verdict; readonly at: string };

export type RunAndOther = {
  readonly run: Verification | undefined;
  readonly other: Verification | undefined;
};

/** What earlier verifications of a connection found; the newest 30 are kept. */
export type VerificationHistory = {
  /** Adds a run once, however often it is added; nothing is kept for a connection that is gone. */
  add(key: HistoryKey, runId: string, verification: Verification): Promise<void>;
  /** What the newest run that saw any could choose from, by field; runs themselves are kept without their lists. */
  choices(key: HistoryKey): Promise<Readonly<Record<string, readonly string[]>>>;
  /** How the runs that are kept came out, the newest first. */
  recent(key: HistoryKey): Promise<RecentRun[]>;
  /** The newest run, or the newest but the given one. */
  latest(key: HistoryKey, exceptRunId?: string): Promise<Verification | undefined>;
  /** The newest run that signed in, or the newest but the given one. */
  latestSignedIn(key: HistoryKey, exceptRunId?: string): Promise<Verification | undefined>;
  /** A given run, if it was stored, and the newest other one: both in one exchange. */
  around(key: HistoryKey, runId: string): Promise<RunAndOther>;
  /** A given run, if it was stored. */
  find(key: HistoryKey, runId: string): Promise<Verification | undefined>;
  /** The latest verdicts of these connections, by id. */
  latestVerdicts(workspaceId: string, ids: readonly string[]): Promise<Map<string, LatestVerdict>>;
};

export type HistoryKey = { readonly workspaceId: string; readonly connectionId: string };
