import type { Connection } from '../../connections/connection.ts';
import type { Decoded } from '../../providers/told.ts';

/** A message that a provider encoded, somewhere in a text, and whose credential is to ask what it says. */
export type DecodeRequest = { readonly connection: Connection; readonly text: string };

/**
 * Has a worker ask a provider what its message says. Throws `provider.not-decoded` where it does not say,
 * `verification.no-worker` where no worker has the credential, `verification.timed-out`, and what a sign-in throws.
 */
export type Decoder = (request: DecodeRequest) => Promise<Decoded>;
