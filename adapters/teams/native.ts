import type { CardElement, IGroupedVerticalBarChart, ITable } from '@microsoft/teams.cards';
import type { MessageName } from '../../src/chat/delivery/chat-adapter.ts';
import { type Part, plainText, rowInALine, type Span } from '../../src/chat/model/message.ts';
import { altWithin, type Picture } from '../../src/reports/pictures/picture.ts';
import { trendLabels, trendSeries } from '../../src/reports/pictures/trend-picture.ts';
import { limits } from './limits.ts';
import { list, type Names, richText } from './text.ts';

/** The addresses of pictures, by their words: Teams shows none that a card carries itself. */
export type PictureUrls = ReadonlyMap<string, string>;

/** What a message is drawn with: the names of people and the addresses of pictures that it holds, and which one it is. */
export type Drawing = {
  readonly names?: Names;
  readonly pictures?: PictureUrls;
  readonly postedAs?: MessageName | undefined;
};

/**
 * A picture where Teams can fetch it, and its words elsewhere. Data URIs are shown by some clients only:
 * https://github.com/MicrosoftDocs/msteams-docs/issues/5355
 */
function image(picture: Picture, pictures: PictureUrls): CardElement {
  const url = pictures.get(picture.alt);
  const alt = altWithin(picture, limits.alternativeText);
  if (url) return { type: 'Image', url, altText: alt };
  return list(
    alt.split('; ').map((line) => [line]),
    new Map(),
  );
}

/** A chart as Teams draws it, with its picture where a client does not. */
export function trend(part: Extract<Part, { kind: 'trend' }>, pictures: PictureUrls): CardElement {
  const { title, points, timeZone, picture } = part;
  const labels = trendLabels(points, timeZone);
  const chart: IGroupedVerticalBarChart = {
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
    fallback: image(picture, pictures) as NonNullable<IGroupedVerticalBarChart['fallback']>,
  };
  return chart;
}

/** Teams names its colours for charts: https://adaptivecards.microsoft.com/?topic=chart-colors-reference */
const chartColours = { ready: 'categoricalBlue', missing: 'categoricalRed', unknown: 'neutral' } as const;

/** A table, with a line for each row where a client does not know the element. */
function table({ columns, rows }: Extract<Part, { kind: 'table' }>, names: Names): ITable {
  const longest = columns.map((_title, index) => longestIn(rows, index));
  const isFilled = longest.map((length) => length > 0);
  const shown = <Item>(items: readonly Item[]) => items.filter((_item, index) => isFilled[index]);
  const heading = columns.map((title): Span[] => [{ bold: title }]);
  return {
    type: 'Table',
    firstRowAsHeaders: true,
    showGridLines: false,
    columns: shown(columns.map((title, index) => ({ width: weightOf(longest[index] ?? 0, title) }) as never)),
    rows: [heading, ...rows].map((cells) => ({
      type: 'TableRow',
      cells: shown(cells).map((cell) => ({ type: 'TableCell' as const, items: [richText(cell, names)] })),
    })),
    fallback: { type: 'Container', items: rows.map((cells) => richText(rowInALine(cells), names)) },
  };
}

/** A table under what it shows; one with more columns than stay readable as its picture. */
export function tableElement(
  part: Extract<Part, { kind: 'table' }>,
  { names, pictures }: Required<Omit<Drawing, 'postedAs'>>,
): CardElement {
  const { caption, picture, columns } = part;
  const isWide = picture !== undefined && columns.length > limits.columns;
  const shown = isWide ? image(picture, pictures) : table(part, names);
  return caption ? { type: 'Container', items: [richText([{ bold: caption }]), shown] } : shown;
}

type Rows = Extract<Part, { kind: 'table' }>['rows'];

/** Characters of the longest cell of a column. */
const longestIn = (rows: Rows, column: number) =>
  Math.max(0, ...rows.map((cells) => plainText(cells[column] ?? []).length));

/**
 * How wide a column is, next to others, in characters: names of permissions should not be cut in the middle, and a title
 * should not run into the next one. A long column leaves room for short ones.
 */
const weightOf = (longest: number, title: string) => Math.min(28, Math.max(longest, title.length + 4));
