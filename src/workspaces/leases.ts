/** Lets one process at a time do something, over all that share a Redis. */
export type Leases = {
  /** Takes a lease for so many milliseconds; undefined while somebody holds it. Resolves to what gives it back. */
  take(name: string, ms: number): Promise<string | undefined>;
  /** Gives a lease back, if it is still this one: it may have run out, and another process may hold it. */
  release(name: string, holder: string): Promise<void>;
};
