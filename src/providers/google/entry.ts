import { z } from 'zod';
import { setting } from '../../setting.ts';
import { providerEntry } from '../entry.ts';

/** Google Cloud. */
export const google = providerEntry({
  id: 'google',
  settings: {
    XOAP_GOOGLE_ENDPOINT: setting(
      'tests',
      "Address of one server in place of all of Google's; only for tests and the demo.",
      z
        .url({ protocol: /^https?$/, error: 'must be an address that starts with http:// or https://' })
        .optional(),
    ),
  },
  contradictions: ({ NODE_ENV, XOAP_GOOGLE_ENDPOINT: endpoint }) =>
    NODE_ENV === 'production' && endpoint
      ? ['XOAP_GOOGLE_ENDPOINT: production talks to Google itself only']
      : [],
  async load({ XOAP_GOOGLE_ENDPOINT: endpoint }) {
    const { createGoogle } = await import('./provider.ts');
    return createGoogle({ endpoint });
  },
});
