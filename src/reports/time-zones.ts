import { distance } from 'fastest-levenshtein';
import { lazily } from '../lazily.ts';

const timeZones = lazily(() => ['UTC', ...Intl.supportedValuesOf('timeZone')]);

/** The name of a time zone as it is spelt, however it was typed; undefined when there is none. */
export function findTimeZone(text: string): string | undefined {
  const wanted = text.trim().replaceAll(' ', '_').toLowerCase();
  if (wanted === 'utc') return 'UTC';
  const found = timeZones().find((zone) => zone.toLowerCase() === wanted);
  if (found) return found;
  try {
    // Older names, such as Asia/Calcutta and GMT, are known without being listed; offsets would not keep summer time.
    if (!/^[a-z]/i.test(wanted)) return undefined;
    new Intl.DateTimeFormat('en', { timeZone: text.trim() });
    return text.trim();
  } catch {
    return undefined;
  }
}

/** The time zone whose name, or whose city, is closest to what was typed. */
export function nearestTimeZone(text: string): string {
  const wanted = text.trim().replaceAll(' ', '_').toLowerCase();
  const score = (zone: string) => {
    const lower = zone.toLowerCase();
    return Math.min(distance(wanted, lower), distance(wanted, lower.split('/').at(-1) ?? lower));
  };
  return timeZones().reduce((best, zone) => (score(zone) < score(best) ? zone : best), 'UTC');
}
