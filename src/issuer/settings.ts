import { z } from 'zod';
import { httpsUrl, setting, wholeNumber } from '../setting.ts';

/** AWS takes no port and no query, and all providers compare the address as text. */
const isIssuerUrl = (text: string) => /^https:\/\/[a-z0-9.-]+(\/[\w.~-]+)*$/i.test(text);

/** What the operator sets for connections without a secret. */
export const issuerSettings = {
  XOAP_ISSUER_URL: setting(
    'anywhere',
    'The address at which AWS, Azure and Google Cloud find the public keys of this bot, for connections without a secret; XOAP_PUBLIC_URL when empty. Where the bot is not there itself, "xoap issuer export" writes the files.',
    httpsUrl
      .refine(isIssuerUrl, {
        error: 'must be an https:// address without a port, a query and a slash at its end',
      })
      .optional(),
  ),
  XOAP_ISSUER_ROTATION: setting(
    'anywhere',
    'When a new key may sign: "age" (made by age, where the bot serves its keys itself), "seen" (once it is found at XOAP_ISSUER_URL) or "confirmed" (once somebody says that it was uploaded); "age" or "seen" when empty, by who serves the keys.',
    z.enum(['age', 'seen', 'confirmed']).optional(),
  ),
  XOAP_ISSUER_KEY_DAYS: setting(
    'anywhere',
    'Days after which a key of the bot is replaced, where that goes by age.',
    wholeNumber.min(7).default(90),
  ),
} as const;

/** When a new key begins to sign. */
export type Rotation = 'age' | 'seen' | 'confirmed';

export type IssuerAddress = { readonly url: string; readonly rotation: Rotation };

/** Where providers look for keys, and when new ones sign; undefined where there is no such address. */
export function issuerAddressOf(settings: {
  readonly XOAP_ISSUER_URL?: string | undefined;
  readonly XOAP_PUBLIC_URL?: string | undefined;
  readonly XOAP_ISSUER_ROTATION?: Rotation | undefined;
}): IssuerAddress | undefined {
  const own = settings.XOAP_PUBLIC_URL?.replace(/\/+$/, '');
  const url = settings.XOAP_ISSUER_URL ?? (own && isIssuerUrl(own) ? own : undefined);
  const usual = url === own ? 'age' : 'seen';
  return url === undefined ? undefined : { url, rotation: settings.XOAP_ISSUER_ROTATION ?? usual };
}
