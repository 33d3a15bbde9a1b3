import type { Verdict } from '../verification/verification.ts';

/** What a process of `xoap verify` ends with, by verdict. */
export const verdictStatus: Readonly<Record<Verdict, number>> = {
  ready: 0,
  missing: 1,
  unproven: 2,
  failed: 3,
};

/** https://man.freebsd.org/cgi/man.cgi?query=sysexits: the command was used wrongly; a fault of xoap itself. */
export const badInputStatus = 64;
export const ownFaultStatus = 70;

/** The statuses in words, as help tells them. */
export const statusHelp = `Exit status: 0 ready, 1 something is missing, 2 unproven, 3 the sign-in failed
or nothing was reached, 64 bad input, 70 a fault of xoap itself.`;
