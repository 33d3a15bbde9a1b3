import type { Picture } from '../../reports/pictures/picture.ts';
import type { TrendPoint } from '../../reports/report-records.ts';
import type { Remediation } from '../../verification/verification.ts';

/** A stretch of text; what a person typed is always a plain string or inside one of these, never markup. */
export type Span =
  | string
  | { readonly bold: string }
  | { readonly code: string }
  | { readonly link: string; readonly text: string }
  /** A person, who notices being named unless it is done quietly. */
  | { readonly person: string; readonly quietly?: true }
  | { readonly conversation: string }
  /** A moment, shown in the reader's own time zone. */
  | { readonly time: string; readonly withDate?: boolean };

/** Everything a button can ask for, once, for every platform. */
export const buttonActions = [
  'run-command',
  'show-connection',
  'ask-to-remove',
  'home-page',
  'open-form',
  'check-progress',
  'verify-again',
  'verify-later',
  'cancel-later',
  'confirm',
  'choose-objects',
  'accept-findings',
  'edit-connection',
  'replace-credential',
  'use-replacement',
  'drop-replacement',
  'show-all-checks',
  'remove-connection',
  'keep-connection',
  'decode-message',
  'list-more',
  'verify-connection',
  'show-fix',
  'report-again',
  'report-now',
  'snooze-report',
  'change-schedule',
  'remove-schedule',
  'keep-schedule',
  'change-access',
  'audit-older',
  'forget-me',
  'delete-workspace',
] as const;

export type ButtonAction = (typeof buttonActions)[number];

/** What a button asks for is answered with a form; a platform may have to know before the click. */
export const opensForm = (action: ButtonAction): boolean =>
  [
    'open-form',
    'choose-objects',
    'accept-findings',
    'edit-connection',
    'replace-credential',
    'snooze-report',
    'change-schedule',
    'change-access',
  ].includes(action);

/** Whether a click has to bring what stands to be copied beside the button: it is kept nowhere else. */
export const readsTexts = (action: ButtonAction): boolean => action === 'decode-message';

export type Button = {
  readonly label: string;
  readonly action: ButtonAction;
  /** What the click is about; an id, never a secret, and never trusted when it comes back. */
  readonly value: string;
  readonly style?: 'primary' | 'danger';
};

export type Part =
  | { readonly kind: 'text'; readonly spans: readonly Span[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Span[])[] }
  /** Rows of cells under column titles. */
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly (readonly Span[])[])[];
      /** What it shows, for a table that is more than a list: it stays a table wherever a platform can draw one. */
      readonly caption?: string;
      /** What can be done about each row, behind a menu. */
      readonly menus?: readonly (readonly Button[])[];
      /** The same as a picture, where it says more than lines of text. */
      readonly picture?: Picture;
    }
  /** How a series of reports went. */
  | {
      readonly kind: 'trend';
      readonly title: string;
      readonly points: readonly TrendPoint[];
      /** Whose days they are. */
      readonly timeZone: string;
      readonly picture: Picture;
    }
  /** People who are to notice. */
  | { readonly kind: 'mentions'; readonly people: readonly string[] }
  | { readonly kind: 'code'; readonly language: Remediation['format']; readonly text: string }
  /** Small print. */
  | { readonly kind: 'detail'; readonly spans: readonly Span[] }
  | { readonly kind: 'buttons'; readonly buttons: readonly Button[] };

/** What a reply tells of how a connection stands; it is edited when that changes. */
export const messageTells = ['why', 'fix', 'forward', 'missing', 'other-ways'] as const;
export type MessageTells = (typeof messageTells)[number];

/** What is said, never how it looks. The summary stands alone in notifications and for screen readers. */
export type Message = {
  readonly summary: string;
  readonly parts: readonly Part[];
  readonly tells?: MessageTells;
};

const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;

/** What a person typed, so that its direction of writing does not turn the words around it. */
export function typed(text: string): string {
  // First strong isolate and its end: https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text;
}

/** A text part. */
export function say(...spans: Span[]): Part {
  return { kind: 'text', spans };
}

/** A message of one text. */
export function sentence(text: string, ...more: Part[]): Message {
  return { summary: text, parts: [say(text), ...more] };
}

/** The plain text of spans, for summaries and places without formatting. */
export function plainText(spans: readonly Span[]): string {
  return spans.map(plainSpan).join('');
}

/** The texts of a message in plain text, for places that hold no more. */
export function plainTexts({ parts }: Message): string {
  return parts.flatMap((part) => ('spans' in part ? [plainText(part.spans)] : [])).join('\n');
}

function plainSpan(span: Span): string {
  if (typeof span === 'string') return span;
  if ('bold' in span) return span.bold;
  if ('code' in span) return span.code;
  if ('link' in span) return span.text;
  if ('person' in span) return `@${span.person}`;
  if ('conversation' in span) return `#${span.conversation}`;
  return plainTime(span);
}

/** A moment in UTC, for readers whose own time zone is not known. */
export function plainTime({ time, withDate = false }: { time: string; withDate?: boolean }): string {
  return `${withDate ? `${time.slice(0, 10)} ` : ''}${time.slice(11, 16)} UTC`;
}

/** A number as it is read: `20,000`. */
export const figure = (number: number): string => number.toLocaleString('en-US');

/** `1 requirement`, `4 requirements`. */
export function count(number: number, noun: string): string {
  return `${figure(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** The cells of a row in one line, the empty ones left out. */
export function rowInALine(cells: readonly (readonly Span[])[]): Span[] {
  const filled = cells.filter((cell) => plainText(cell) !== '');
  return filled.flatMap((cell, index) => (index > 0 ? [' — ', ...cell] : [...cell]));
}

/** The people whom a message names in its texts and lists. */
export function peopleIn({ parts }: Message): Extract<Span, { person: string }>[] {
  const spans = parts.flatMap((part): readonly Span[] => {
    if ('spans' in part) return part.spans;
    return part.kind === 'list' ? part.items.flat() : [];
  });
  return spans.filter((span) => typeof span === 'object' && 'person' in span);
}

/** The pages of a message that is too long for one, each with its number in the summary. */
export function pagesOf(summary: string, pages: readonly (readonly Part[])[]): Message[] {
  const [only = [], ...more] = pages;
  if (more.length === 0) return [{ summary, parts: only }];
  return pages.map((parts, index) => ({ summary: `${summary} (${index + 1} of ${pages.length})`, parts }));
}
