import type { CredentialDates } from '../verification/verification.ts';

/** Days ahead at which a person is reminded. */
export const reminderDays = [30, 14, 7, 1] as const;

/** When a credential ends, or is older than a key should be. */
export type Expiry = {
  /** The last good day, as an ISO date. */
  readonly on: string;
  /** Whole days from today; negative once it is over. */
  readonly daysLeft: number;
  /** Whether the provider ends it, or only the operator's limit for the age of keys. */
  readonly kind: 'expires' | 'too-old';
};

const dayMs = 24 * 3_600_000;

/** The expiry of a credential with these dates; a key without an end is held against the age that keys may reach, in days. */
export function expiryOf(
  dates: CredentialDates | undefined,
  { now, maxKeyAgeDays }: { now: Date; maxKeyAgeDays: number },
): Expiry | undefined {
  const { createdOn, expiresOn } = dates ?? {};
  const today = Date.parse(now.toISOString().slice(0, 10));
  const daysTo = (date: number) => Math.round((date - today) / dayMs);
  if (expiresOn) return { on: expiresOn, daysLeft: daysTo(Date.parse(expiresOn)), kind: 'expires' };
  if (!createdOn || maxKeyAgeDays === 0) return undefined;
  const end = Date.parse(createdOn) + maxKeyAgeDays * dayMs;
  return { on: new Date(end).toISOString().slice(0, 10), daysLeft: daysTo(end), kind: 'too-old' };
}

/** The reminder that is due: the nearest of the days ahead that has been reached; 0 once it is over. */
export function dueReminder(expiry: Expiry | undefined): number | undefined {
  if (!expiry) return undefined;
  if (expiry.daysLeft < 0) return 0;
  return reminderDays.findLast((days) => expiry.daysLeft <= days);
}
