import { type Message, type Part, pagesOf, plainText, type Span } from '../../src/chat/model/message.ts';
import { limits } from './limits.ts';
import { isNative, pictureOf } from './native.ts';
import { type DrawablePart, drawable, sizeOf } from './render.ts';

/** Some room below the limits, for what Slack counts and does not document. */
const charactersAPage = limits.message.characters - 500;
const partsAPage = limits.message.blocks - 5;

/** Cuts a list that is too long for a block into several lists. */
function splitList(items: readonly (readonly Span[])[]): DrawablePart[] {
  const lists: (readonly Span[])[][] = [];
  let room = 0;
  for (const item of items) {
    const size = plainText(item).length;
    if (size > room || lists.length === 0) {
      lists.push([]);
      room = limits.block.characters;
    }
    lists.at(-1)?.push(item);
    room -= size;
  }
  return lists.map((list) => ({ kind: 'list', items: list }));
}

/** Cuts a long text between words into pieces that each fit a block. */
function splitText(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > limits.block.characters) {
    const space = rest.lastIndexOf(' ', limits.block.characters);
    const end = space > 0 ? space : limits.block.characters;
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}

/** Cuts a part that does not fit into one block; code is never cut, since it must stay copyable as a whole. */
function split(part: DrawablePart): DrawablePart[] {
  if (sizeOf(part) <= limits.block.characters) return [part];
  if (part.kind === 'list') return splitList(part.items);
  if (part.kind === 'text' || part.kind === 'detail') {
    return splitText(plainText(part.spans)).map((text) => ({ kind: part.kind, spans: [text] }));
  }
  return [part];
}

/** Whether a part is too long for a message and goes out as a file. */
export function isFile(part: Part): part is Extract<DrawablePart, { kind: 'code' }> {
  return part.kind === 'code' && part.text.length > limits.block.characters;
}

/** Whether a part goes out by itself: a file, or what has a picture, which may have to stand in for it. */
const isAlone = (part: Part) => isFile(part) || pictureOf(part) !== undefined;

/** What goes out as it is; the rest is cut into pieces that fit. */
function piecesOf(part: Part): Part[] {
  if (isNative(part) || pictureOf(part)) return [part];
  if (part.kind !== 'table' || !part.menus) return split(drawable(part));
  // A block holds one menu.
  return part.rows.map((row, index) => ({ ...part, rows: [row], menus: [part.menus?.[index] ?? []] }));
}

/** Splits a message into pages that each keep within the limits; a long snippet becomes a page of its own. */
export function paginate({ summary, parts }: Message): Message[] {
  const pages: Part[][] = [[]];
  let size = 0;
  for (const part of parts.flatMap(piecesOf)) {
    const page = pages.at(-1) ?? [];
    const partSize = sizeOf(drawable(part));
    const isFull = size + partSize > charactersAPage || page.length >= partsAPage;
    // A message holds one table.
    const isSecond = isNative(part) && page.some(isNative);
    if (page.length > 0 && (isFull || isSecond || isAlone(part) || page.some(isAlone))) {
      pages.push([part]);
      size = partSize;
    } else {
      page.push(part);
      size += partSize;
    }
  }
  return pagesOf(summary, pages);
}
