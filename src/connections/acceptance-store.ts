import type { Acceptance } from '../verification/acceptance.ts';
import type { HistoryKey } from './history.ts';

/** What becomes of what is accepted of a connection. */
export type AcceptanceChange = {
  /** Each in place of one about the same requirement and group. */
  readonly add?: readonly Acceptance[];
  /** Ended where it still is exactly this; one that was made anew stays. */
  readonly end?: readonly Acceptance[];
};

/** Where it is kept which findings of a connection are accepted; it goes with the connection. */
export type AcceptanceStore = {
  /** All that was accepted and not ended, also where its day has passed. */
  all(key: HistoryKey): Promise<Acceptance[]>;
  /** Changes all of it or nothing; false where the connection is gone. */
  change(key: HistoryKey, change: AcceptanceChange): Promise<boolean>;
};
