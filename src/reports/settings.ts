import { z } from 'zod';
import { setting, wholeNumber } from '../setting.ts';
import { findTimeZone } from './time-zones.ts';

/** What the operator sets about reports and reminders. */
export const reportSettings = {
  XOAP_TIME_ZONE: setting(
    'anywhere',
    'Time zone of reminders, and of schedules whose maker has none that is known.',
    z
      .string()
      .default('UTC')
      .transform((text, context) => {
        const found = findTimeZone(text);
        if (!found) context.addIssue('must be a time zone, such as Europe/Vienna');
        return found ?? 'UTC';
      }),
  ),
  XOAP_MAX_KEY_AGE_DAYS: setting(
    'anywhere',
    'Days after which an AWS or Google key without an end counts as too old, with reminders ahead of it; 0 for never.',
    wholeNumber.min(0).max(3_650).default(90),
  ),
};
