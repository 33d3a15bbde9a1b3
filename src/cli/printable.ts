/**
 * Signs that steer a terminal or turn text around: control characters but the line end, and those of direction.
 * https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
 */
const steering = /(?!\n)[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFFFE\uFFFF]/gu;

/** A text that came from elsewhere, with blanks in place of what would steer a terminal or break a format. */
export const printable = (text: string): string => text.toWellFormed().replace(steering, ' ');

/** The same for every text in a value. */
export function allPrintable<Value>(value: Value): Value {
  const clean = (_key: string, each: unknown) => (typeof each === 'string' ? printable(each) : each);
  return JSON.parse(JSON.stringify(value, clean)) as Value;
}

/** Characters of a path or a name that is shown back. */
const longestShown = 256;

/** A path or a name as it was given, unless it is a credential that somebody put there in its place. */
export const shownBack = (given: string): string | undefined =>
  given.length <= longestShown && !/[{}\n]|-----BEGIN/.test(given) ? printable(given) : undefined;
