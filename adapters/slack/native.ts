import type { Block, DataTableBlock } from '@slack/types';
import { type Message, type Part, plainText, type Span } from '../../src/chat/model/message.ts';
import type { Picture } from '../../src/reports/pictures/picture.ts';
import { trendLabels, trendSeries } from '../../src/reports/pictures/trend-picture.ts';
import { limits } from './limits.ts';

/** Parts that newer blocks draw, which not every workspace has yet. */
export type NativePart = Extract<Part, { kind: 'table' | 'trend' }>;

/** What of a cell may count: its text, and where it leads. */
const textIn = (spans: readonly Span[]) =>
  plainText(spans) +
  spans.map((span) => (typeof span === 'object' && 'link' in span ? span.link : '')).join('');

const charactersIn = ({ columns, rows }: Extract<Part, { kind: 'table' }>) =>
  [...columns, ...rows.flat().map(textIn)].join('').length;

/** Whether a newer block takes a part: tables that are more than lists, and trends, each within its limits. */
export function isNative(part: Part): boolean {
  if (part.kind === 'trend') return part.points.length <= limits.chart.points;
  if (part.kind !== 'table' || part.caption === undefined) return false;
  const { rows, columns, characters } = limits.dataTable;
  const isWithin =
    part.rows.length <= rows && part.columns.length <= columns && charactersIn(part) <= characters;
  return part.rows.length > 0 && isWithin;
}

/** Rows that are shown at once; more are a click away. */
const rowsAtOnce = 20;

const textCell = (text: string) => ({ type: 'raw_text' as const, text: text || '–' });

/** A cell; one that leads somewhere is a link, which headings cannot be. */
function cellOf(spans: readonly Span[]): DataTableBlock['rows'][number][number] {
  const [first] = spans;
  if (spans.length !== 1 || typeof first !== 'object' || !('link' in first))
    return textCell(plainText(spans));
  const link = { type: 'link' as const, url: first.link, text: first.text };
  return { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [link] }] };
}

function dataTable({ caption = '', columns, rows }: Extract<Part, { kind: 'table' }>): DataTableBlock {
  // A column that says nothing is left out, and an empty cell would be refused.
  const isTold = columns.map((_title, index) => rows.some((cells) => plainText(cells[index] ?? []) !== ''));
  const shown = <Item>(items: readonly Item[]) => items.filter((_item, index) => isTold[index]);
  return {
    type: 'data_table',
    caption,
    page_size: rowsAtOnce,
    rows: [shown(columns).map(textCell), ...rows.map((cells) => shown(cells).map(cellOf))],
  };
}

/** The type of this block is not in Slack's types yet: https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block */
type DataVisualizationBlock = Block & { type: 'data_visualization'; title: string; chart: unknown };

function chart({ title, points, timeZone }: Extract<Part, { kind: 'trend' }>): DataVisualizationBlock {
  const categories = trendLabels(points, timeZone);
  return {
    type: 'data_visualization',
    title,
    chart: {
      type: 'line',
      series: trendSeries.map(({ key, name }) => ({
        name,
        data: points.map((point, index) => ({ label: categories[index], value: point[key] })),
      })),
      axis_config: { categories, x_label: 'Report', y_label: 'Connections' },
    },
  };
}

/** Draws a part with a newer block. */
export function nativeBlock(part: NativePart): Block {
  return part.kind === 'trend' ? chart(part) : dataTable(part);
}

/** The picture of a part, if it has one. */
export const pictureOf = (part: Part): Picture | undefined => ('picture' in part ? part.picture : undefined);

/** A message as it is drawn without newer blocks: tables become lists; what has a picture goes out as one, by itself. */
export function withoutNative({ summary, parts }: Message): { message: Message; pictures: Picture[] } {
  const plain = parts
    .filter((part) => !pictureOf(part))
    .map((part): Part => {
      if (part.kind !== 'table') return part;
      const { caption: _caption, ...table } = part;
      return table;
    });
  return { message: { summary, parts: plain }, pictures: parts.flatMap((part) => pictureOf(part) ?? []) };
}
