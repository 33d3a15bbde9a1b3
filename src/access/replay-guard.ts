/** Tells whether a request was seen before, so that a recorded one cannot be sent again. */
export type ReplayGuard = {
  /** True the first time, false for the same id within the following ten minutes. */
  claim(requestId: string): Promise<boolean>;
};
