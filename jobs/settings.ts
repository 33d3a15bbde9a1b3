import { z } from 'zod';
import { entries, setting, wholeNumber } from '../src/setting.ts';

/** What the operator sets about workers. */
export const jobSettings = {
  XOAP_WORKER_CONCURRENCY: setting(
    'anywhere',
    'How many verifications one worker runs at the same time.',
    wholeNumber.min(1).max(100).default(8),
  ),
  XOAP_WORKER_PROVIDERS: setting(
    'anywhere',
    'Providers that this worker serves, separated by commas; all when empty. A worker for some providers needs no chat token.',
    z
      .string()
      .default('')
      .transform((text) => entries(text.toLowerCase())),
  ),
  XOAP_REPORT_CONCURRENCY: setting(
    'anywhere',
    'Connections of one provider that reports verify at once, over all workers; two of one account.',
    wholeNumber.min(1).max(100).default(10),
  ),
  XOAP_REPORT_SPREAD_SECONDS: setting(
    'anywhere',
    'Seconds over which the verifications of scheduled reports are spread, so that not all begin at once.',
    wholeNumber.min(0).max(3_600).default(60),
  ),
};
