import {
  count,
  type Message,
  type Part,
  pagesOf,
  plainText,
  rowInALine,
  say,
} from '../../src/chat/model/message.ts';
import { limits } from './limits.ts';
import { render } from './render.ts';

/** Some room below the limit for the names of people, which are filled in later. */
const bytesAPage = limits.card.bytes - 1_024;

const sizeOf = (message: Message) => Buffer.byteLength(JSON.stringify(render(message)));
const fits = (parts: readonly Part[], summary: string) => sizeOf({ summary, parts }) <= bytesAPage;

function halves<Item>(items: readonly Item[]): [readonly Item[], readonly Item[]] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** Cuts a text between words, or anywhere where there are none. */
function cutText(text: string): [string, string] {
  const middle = Math.floor(text.length / 2);
  const space = text.lastIndexOf(' ', middle);
  const isInPair = /[\uDC00-\uDFFF]/.test(text.charAt(middle));
  const end = space > 0 ? space : middle - (isInPair ? 1 : 0);
  return [text.slice(0, end), text.slice(end)];
}

/** Cuts code between lines, and says so above the pieces, since they only work together. */
function cutCode(part: Extract<Part, { kind: 'code' }>, summary: string): Part[] {
  const isRoom = (lines: readonly string[]) => fits([{ ...part, text: lines.join('\n') }], summary);
  const shortEnough = (line: string): string[] =>
    isRoom([line]) ? [line] : cutText(line).flatMap(shortEnough);
  const pieces: string[][] = [];
  for (const line of part.text.split('\n').flatMap(shortEnough)) {
    const piece = pieces.at(-1);
    if (piece && isRoom([...piece, line])) piece.push(line);
    else pieces.push([line]);
  }
  return pieces.flatMap((lines, index): Part[] => [
    say({
      bold: `Part ${index + 1} of ${pieces.length}, ${count(lines.length, 'line')}; put them together`,
    }),
    { ...part, text: lines.join('\n') },
  ]);
}

/** Cuts a text between its spans; one that fits no card alone, between its words. */
function cutSpans(part: Extract<Part, { kind: 'text' | 'detail' }>): Part[] {
  const { kind, spans } = part;
  if (spans.length > 1) return halves(spans).map((half) => ({ kind, spans: half }));
  return cutText(plainText(spans)).map((piece) => ({ kind, spans: [piece] }));
}

/** The halves of a table, each row with its menu. */
function splitTable(part: Extract<Part, { kind: 'table' }>): Part[] {
  const middle = Math.ceil(part.rows.length / 2);
  return [
    [0, middle],
    [middle, part.rows.length],
  ].map(([from, to]) => ({
    ...part,
    rows: part.rows.slice(from, to),
    ...(part.menus && { menus: part.menus.slice(from, to) }),
  }));
}

/** Cuts a part that fits no card into several that do. */
function split(part: Part, summary: string): Part[] {
  if (fits([part], summary)) return [part];
  switch (part.kind) {
    case 'list':
      if (part.items.length < 2) return split(say(...part.items.flat()), summary);
      return halves(part.items).flatMap((items) => split({ kind: 'list', items }, summary));
    case 'table':
      if (part.rows.length < 2) return split(say(...rowInALine(part.rows.flat())), summary);
      return splitTable(part).flatMap((half) => split(half, summary));
    case 'code':
      return cutCode(part, summary);
    case 'text':
    case 'detail':
      return cutSpans(part).flatMap((piece) => split(piece, summary));
    case 'buttons':
    case 'trend':
    case 'mentions':
      return [part];
    default:
      return part satisfies never;
  }
}

/** Takes the heading at the end of a page along to what it is the heading of, if both fit a card. */
function headingOf(page: Part[], next: Part, summary: string): Part[] {
  const last = page.at(-1);
  const isHeading = last?.kind === 'text' && last.spans.length === 1 && typeof last.spans[0] === 'object';
  if (!last || !isHeading || page.length < 2 || !fits([last, next], summary)) return [];
  page.pop();
  return [last];
}

/** Splits a message into cards that each keep within the budget; nothing of it is lost. */
export function paginate({ summary, parts }: Message): Message[] {
  const pages: Part[][] = [[]];
  for (const part of parts.flatMap((whole) => split(whole, summary))) {
    const page = pages.at(-1) ?? [];
    if (page.length === 0 || fits([...page, part], summary)) page.push(part);
    else pages.push([...headingOf(page, part, summary), part]);
  }
  return pagesOf(summary, pages);
}
