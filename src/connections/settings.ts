import { z } from 'zod';
import { type Contradictions, entries, setting } from '../setting.ts';

const key = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 random bytes in base64 (openssl rand -base64 32)');

/** What the operator sets for stored connections. */
export const connectionSettings = {
  XOAP_ENCRYPTION_KEYS: setting(
    'production',
    'Keys that seal stored credentials, each 32 bytes in base64, separated by commas; the first one seals, all open.',
    z.string().default('').transform(entries).pipe(z.array(key)),
  ),
};

export const connectionContradictions: Contradictions = ({ NODE_ENV, XOAP_ENCRYPTION_KEYS: keys }) =>
  NODE_ENV === 'production' && !keys
    ? ['XOAP_ENCRYPTION_KEYS: is missing; production never generates a key (openssl rand -base64 32)']
    : [];
