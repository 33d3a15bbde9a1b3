/** A question about what was written: from when, and about what. */
export type Asked = { readonly text: string; readonly since: Date | undefined };

const spans: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Reads `24h`, `7d`, `2w` or a day such as 2026-11-01, which begins in UTC; undefined where it is none, or to come. */
function momentIn(text: string, now: Date): Date | undefined {
  const [, count, unit = ''] = /^(\d{1,4})\s*([hdw])$/i.exec(text) ?? [];
  const span = spans[unit.toLowerCase()];
  // Nothing was written before there was a clock.
  if (count && span) return new Date(Math.max(0, now.getTime() - Number(count) * span));
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  // A day such as 2026-02-30 is none.
  return Number.isNaN(day.getTime()) || day > now || day.getTime() < 0 || !day.toISOString().startsWith(text)
    ? undefined
    : day;
}

/** Reads `[TEXT] [since …]`; what to say instead where the time cannot be read. */
export function askedIn(argument: string, now: Date): Asked | { readonly problem: string } {
  const [, before = '', word, given = ''] =
    /^(.*?)(?:(?:^|\s+)(since)(?:\s+(.*))?)?$/is.exec(argument.trim()) ?? [];
  if (word === undefined) return { text: before.trim(), since: undefined };
  const since = momentIn(given.trim(), now);
  if (since) return { text: before.trim(), since };
  return {
    problem: `“since ${given.trim()}” is no time that has passed. It takes 24h, 7d, 2w, or a day such as 2026-11-01.`,
  };
}
