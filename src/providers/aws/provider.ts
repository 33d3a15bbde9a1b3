import awsCatalog from '../../catalog/aws.json' with { type: 'json' };
import { parseCatalog } from '../../catalog/catalog.ts';
import { inTurn } from '../load-in-turn.ts';
import type { Provider } from '../provider.ts';
import { parse } from './credentials.ts';
import { fields, guide } from './form.ts';
import { remediate } from './remediation.ts';
import type { AwsSettings } from './settings.ts';

/** Amazon Web Services. */
export const createAws = (settings: AwsSettings = {}): Provider => ({
  id: 'aws',
  label: 'AWS',
  type: 'cloud',
  catalog: parseCatalog(awsCatalog),
  fields,
  guide,
  parse,
  // With it come the SDK and the probes, which no process needs before its first verification.
  check: async (request) => {
    const { checkAccount } = await inTurn(() => import('./check.ts'));
    return checkAccount(request, settings);
  },
  remediate,
});
