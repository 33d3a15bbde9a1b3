import { z } from 'zod';
import { documentPaths } from './issuer.ts';

const KeySet = z.object({ keys: z.array(z.object({ kid: z.string() })) });

/** Milliseconds that AWS waits for either document. */
const longestMs = 5_000;

/** The ids of the keys that stand at the address of an issuer, as a provider would read them. Throws where none can be read. */
export async function idsAt(url: string): Promise<string[]> {
  const signal = AbortSignal.timeout(longestMs);
  const response = await fetch(`${url}${documentPaths.keys}`, { redirect: 'error', signal });
  return KeySet.parse(await response.json()).keys.map(({ kid }) => kid);
}
