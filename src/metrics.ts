/** A message that was sent or changed, or what its platform said instead. */
export type SentMessage = {
  readonly platform: string;
  readonly what: 'post' | 'update';
  /** sent, or the code of the error. */
  readonly outcome: string;
  readonly seconds: number;
};

/**
 * What a process counts of what it does. Each call is cheap and none fails. Labels are of sets that the code knows: never a
 * name, an id, or anything that a person wrote.
 */
export type Metrics = {
  /** A verification ended. */
  verified(run: { readonly provider: string; readonly verdict: string; readonly seconds: number }): void;
  /** A platform was told that something arrived, so many seconds after it did. */
  acknowledged(request: { readonly platform: string; readonly seconds: number }): void;
  sent(message: SentMessage): void;
  /** A message waited, or will, for the pace that its platform allows. */
  waited(wait: { readonly platform: string; readonly seconds: number }): void;
  /** A job ended, or lost its worker. */
  ended(job: { readonly queue: string; readonly outcome: 'completed' | 'failed' | 'stalled' }): void;
  /** A scheduled report became due, in time or late, or was sent. */
  reported(report: { readonly what: 'due' | 'late' | 'sent' }): void;
};

const nothing = () => undefined;

/** Counts nothing, for processes whose operator did not ask for it. */
export const noMetrics: Metrics = {
  verified: nothing,
  acknowledged: nothing,
  sent: nothing,
  waited: nothing,
  ended: nothing,
  reported: nothing,
};
