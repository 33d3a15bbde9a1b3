import type {
  CardElement,
  IAdaptiveCard,
  ICodeBlock,
  IExecuteAction,
  IGroupedVerticalBarChart,
  IImage,
  IRichTextBlock,
  ISubmitAction,
  ITable,
  ITextBlock,
  ITextRun,
} from '@microsoft/teams.cards';
import {
  type Button,
  type Message,
  opensForm,
  type Part,
  plainText,
  type Span,
} from '../../src/chat/message.ts';
import type { Picture } from '../../src/reports/picture.ts';
import { trendLabels, trendSeries } from '../../src/reports/trend-picture.ts';
import { limits } from './limits.ts';

/** Names of people by the ids that messages hold. */
export type Names = ReadonlyMap<string, string>;

type Look = Pick<ITextRun, 'size' | 'isSubtle' | 'weight' | 'fontType' | 'color'>;

/** The formats that Teams highlights by name. */
const languages = {
  json: 'Json',
  shell: 'Bash',
  hcl: 'PlainText',
  bicep: 'PlainText',
  text: 'PlainText',
} as const;

/** A moment in the reader's own time zone: https://adaptivecards.io/explorer/TextBlock.html */
function localTime({ time, withDate }: Extract<Span, { time: string }>): string {
  const whole = time.replace(/\.\d+Z$/, 'Z');
  return `${withDate ? `{{DATE(${whole}, SHORT)}} ` : ''}{{TIME(${whole})}}`;
}

function run(span: Span, names: Names, look: Look = {}): ITextRun {
  const base = { type: 'TextRun', ...look } as const;
  if (typeof span === 'string') return { ...base, text: span };
  if ('bold' in span) return { ...base, text: span.bold, weight: 'Bolder' };
  if ('code' in span) return { ...base, text: span.code, fontType: 'Monospace' };
  if ('link' in span)
    return { ...base, text: span.text, selectAction: { type: 'Action.OpenUrl', url: span.link } };
  if ('person' in span) return { ...base, text: names.get(span.person) || 'somebody', weight: 'Bolder' };
  if ('conversation' in span) return { ...base, text: 'that conversation' };
  return { ...base, text: localTime(span) };
}

/** Text as runs, which hold no markup: what a person typed stays as it is. */
export function richText(spans: readonly Span[], names: Names = new Map(), look?: Look): IRichTextBlock {
  const inlines = spans.filter((span) => span !== '').map((span) => run(span, names, look));
  return { type: 'RichTextBlock', inlines };
}

/** Code as Teams shows it, with plain lines where a client does not know the element. */
export function codeBlock(text: string, language: keyof typeof languages = 'text'): ICodeBlock {
  const lines = text.split('\n').map(
    (line): IRichTextBlock => ({
      type: 'RichTextBlock',
      spacing: 'None',
      inlines: [
        {
          type: 'TextRun',
          text: line.replace(/^ +/, (spaces) => '\u00A0'.repeat(spaces.length)) || '\u00A0',
          fontType: 'Monospace',
        },
      ],
    }),
  );
  return {
    type: 'CodeBlock',
    codeSnippet: text,
    language: languages[language],
    fallback: { type: 'Container', style: 'emphasis', items: lines },
  };
}

/** Bytes of a picture that a card has room for; the same stands in words where there is none. */
const pictureBytes = limits.card.pictureBytes - 8 * 1024;

function image({ png, alt, width }: Picture): IImage {
  return { type: 'Image', url: `data:image/png;base64,${png}`, altText: alt, width: `${width}px` };
}

/** A chart as Teams draws it, with its picture where a client does not. */
function trend({ title, points, timeZone, picture }: Extract<Part, { kind: 'trend' }>): CardElement {
  const labels = trendLabels(points, timeZone);
  const isRoom = picture.png.length <= pictureBytes;
  return {
    type: 'Chart.VerticalBar.Grouped',
    title,
    showTitle: true,
    stacked: true,
    yAxisTitle: 'Connections',
    data: trendSeries.map(({ key, name }) => ({
      legend: name,
      color: chartColours[key],
      values: points.map((point, index) => ({ x: labels[index] ?? '', y: point[key] })),
    })),
    fallback: isRoom ? image(picture) : richText([picture.alt]),
  } as IGroupedVerticalBarChart;
}

/** Teams names its colours for charts: https://adaptivecards.microsoft.com/?topic=chart-colors-reference */
const chartColours = { ready: 'categoricalBlue', missing: 'categoricalRed', unknown: 'neutral' } as const;

/** People who are to notice; only text blocks mention, and the card says whom. */
function mentions(people: readonly string[], names: Names): ITextBlock {
  const text = people.map((id) => `<at>${mentionName(id, names)}</at>`).join(' ');
  return { type: 'TextBlock', text, wrap: true };
}

/** A name without what a text block would read as Markdown. */
const mentionName = (id: string, names: Names) =>
  (names.get(id) || 'somebody').replaceAll(/[*_`<>[\]\\]/g, ' ');

function list(items: readonly (readonly Span[])[], names: Names): CardElement {
  const rows = items.map(
    (item): IRichTextBlock => ({ ...richText(['•\u00A0\u00A0', ...item], names), spacing: 'Small' }),
  );
  return { type: 'Container', items: rows, spacing: 'Small' };
}

/** The cells of a row in one line. */
export function rowSpans(cells: readonly (readonly Span[])[]): Span[] {
  const told = cells.filter((cell) => plainText(cell) !== '');
  return told.flatMap((cell, index) => (index > 0 ? [' — ', ...cell] : [...cell]));
}

/** A table, with a line for each row where a client does not know the element. */
function table({ columns, rows, picture }: Extract<Part, { kind: 'table' }>, names: Names): ITable {
  const isRoom = picture !== undefined && picture.png.length <= pictureBytes / 2;
  const told = columns.map((_title, index) => longestIn(rows, index)).map((length) => length > 0);
  const shown = <Item>(items: readonly Item[]) => items.filter((_item, index) => told[index]);
  const heading = columns.map((title): Span[] => [{ bold: title }]);
  return {
    type: 'Table',
    firstRowAsHeaders: true,
    showGridLines: false,
    columns: shown(columns.map((_title, index) => ({ width: weightOf(longestIn(rows, index)) }) as never)),
    rows: [heading, ...rows].map((cells) => ({
      type: 'TableRow',
      cells: shown(cells).map((cell) => ({ type: 'TableCell' as const, items: [richText(cell, names)] })),
    })),
    fallback: isRoom
      ? image(picture)
      : { type: 'Container', items: rows.map((cells) => richText(rowSpans(cells), names)) },
  };
}

function titled(part: Extract<Part, { kind: 'table' }>, names: Names): CardElement {
  if (!part.caption) return table(part, names);
  return { type: 'Container', items: [richText([{ bold: part.caption }]), table(part, names)] };
}

type Rows = Extract<Part, { kind: 'table' }>['rows'];

/** Characters of the longest cell of a column. */
const longestIn = (rows: Rows, column: number) =>
  Math.max(0, ...rows.map((cells) => plainText(cells[column] ?? []).length));

/** How wide a column is, next to others: names of permissions should not be cut in the middle. */
const weightOf = (longest: number) => Math.min(4, Math.max(1, Math.ceil(longest / 14)));

const styles = { primary: 'positive', danger: 'destructive' } as const;

/** What every action of ours carries; the rest of its data is what was filled in. */
type ActionData = { readonly action: string; readonly value: string };

/** A button that opens a dialog. */
function dialogButton(title: string, data: ActionData): ISubmitAction {
  return { type: 'Action.Submit', title, data: { msteams: { type: 'task/fetch' }, xoap: data } as never };
}

/** A button under a message; clients that know no `Action.Execute` submit the same data. */
function action({ label: title, action: name, value, style }: Button): IExecuteAction | ISubmitAction {
  const xoap: ActionData = { action: name, value };
  if (opensForm(name)) return dialogButton(title, xoap);
  const look = { title, ...(style && { style: styles[style] }) };
  const data = { xoap } as never;
  return {
    type: 'Action.Execute',
    verb: name,
    ...look,
    data,
    fallback: { type: 'Action.Submit', ...look, data },
  };
}

function element(part: Part, names: Names): CardElement {
  switch (part.kind) {
    case 'text':
      return richText(part.spans, names);
    case 'detail':
      return richText(part.spans, names, { size: 'Small', isSubtle: true });
    case 'list':
      return list(part.items, names);
    case 'table':
      return titled(part, names);
    case 'trend':
      return trend(part);
    case 'mentions':
      return mentions(part.people, names);
    case 'code':
      return codeBlock(part.text, part.language);
    case 'buttons':
      return { type: 'ActionSet', actions: part.buttons.map(action) };
    default:
      return part satisfies never;
  }
}

/** Characters of a summary that stand for a card where none is shown. */
const summaryLength = 500;
const shortened = (text: string) =>
  text.length > summaryLength ? `${text.slice(0, summaryLength - 1)}…` : text;

/** Whom the text blocks of a card mention: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format */
function entitiesOf(people: readonly string[], names: Names) {
  const entities = people.map((id) => ({
    type: 'mention',
    text: `<at>${mentionName(id, names)}</at>`,
    mentioned: { id, name: mentionName(id, names) },
  }));
  return entities.length > 0 ? { entities } : {};
}

/** A card of these elements. */
export function cardOf(body: CardElement[], summary: string, more = {}): IAdaptiveCard {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: limits.card.version,
    msteams: { width: 'full', ...more },
    fallbackText: shortened(summary),
    body: body as NonNullable<IAdaptiveCard['body']>,
  };
}

/** Draws a message as a card. */
export function render({ summary, parts }: Message, names: Names = new Map()): IAdaptiveCard {
  const noticed = parts.flatMap((part) => (part.kind === 'mentions' ? part.people : []));
  return cardOf(
    parts.map((part) => element(part, names)),
    summary,
    entitiesOf(noticed, names),
  );
}

/** The ids of the people whom a message names. */
export function peopleIn({ parts }: Message): string[] {
  const spans = parts.flatMap((part): readonly Span[] => {
    if ('spans' in part) return part.spans;
    return part.kind === 'list' ? part.items.flat() : [];
  });
  const named = spans.flatMap((span) => (typeof span === 'object' && 'person' in span ? [span.person] : []));
  const noticed = parts.flatMap((part) => (part.kind === 'mentions' ? part.people : []));
  return [...new Set([...named, ...noticed])];
}

/** A message that a bot sends: the card, and its summary for notifications. */
export function activityOf(message: Message, names?: Names) {
  const content = render(message, names);
  return {
    type: 'message' as const,
    summary: shortened(message.summary),
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' as const, content }],
  };
}
