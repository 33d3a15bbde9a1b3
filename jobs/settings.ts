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
  XOAP_MAX_WAITING_PER_PERSON: setting(
    'anywhere',
    'How many verifications of one person may wait or run; whoever asks for more is told when to try again.',
    wholeNumber.min(1).max(100_000).default(200),
  ),
  XOAP_MAX_WAITING_PER_WORKSPACE: setting(
    'anywhere',
    'How many verifications of one workspace may wait or run.',
    wholeNumber.min(1).max(1_000_000).default(2_000),
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
