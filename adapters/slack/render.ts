import type {
  ActionsBlock,
  AnyBlock,
  ContextBlock,
  RichTextBlock,
  RichTextElement,
  RichTextSection,
  SectionBlock,
} from '@slack/types';
import {
  type Message,
  type Part,
  plainText,
  plainTime,
  rowInALine,
  type Span,
} from '../../src/chat/model/message.ts';
import { limits } from './limits.ts';
import { isNative, type NativePart, nativeBlock } from './native.ts';

export type SlackMessage = { readonly text: string; readonly blocks: AnyBlock[] };

/** The names of people who are named without being noticed, by their ids. */
export type Names = ReadonlyMap<string, string>;
const nobody: Names = new Map();

export type DrawablePart = Exclude<Part, { kind: 'table' | 'trend' }> | NativePart;
type RichTextPart = RichTextBlock['elements'][number];

/** Escapes what Slack reads as markup; only context and fallback texts need it, rich text takes text as it is. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const timeFormat = (withDate: boolean | undefined) => (withDate ? '{date_short_pretty} {time}' : '{time}');
const epochSeconds = (time: string) => Math.floor(Date.parse(time) / 1000);

function richSpan(span: Span, names: Names): RichTextElement {
  if (typeof span === 'string') return { type: 'text', text: span };
  if ('bold' in span) return { type: 'text', text: span.bold, style: { bold: true } };
  if ('code' in span) return { type: 'text', text: span.code, style: { code: true } };
  if ('link' in span) return { type: 'link', url: span.link, text: span.text };
  if ('person' in span) {
    if (!span.quietly) return { type: 'user', user_id: span.person };
    return { type: 'text', text: names.get(span.person) ?? 'somebody', style: { bold: true } };
  }
  if ('conversation' in span) return { type: 'channel', channel_id: span.conversation };
  const format = timeFormat(span.withDate);
  return { type: 'date', timestamp: epochSeconds(span.time), format, fallback: plainTime(span) };
}

/** A span in Slack's own markup, for the places that take no rich text. */
function markupSpan(span: Span, names: Names): string {
  if (typeof span === 'string') return escapeText(span);
  if ('bold' in span) return `*${escapeText(span.bold)}*`;
  if ('code' in span) return `\`${escapeText(span.code)}\``;
  if ('link' in span) return `<${span.link}|${escapeText(span.text)}>`;
  if ('person' in span)
    return span.quietly ? `*${escapeText(names.get(span.person) ?? 'somebody')}*` : `<@${span.person}>`;
  if ('conversation' in span) return `<#${span.conversation}>`;
  return `<!date^${epochSeconds(span.time)}^${timeFormat(span.withDate)}|${plainTime(span)}>`;
}

/** Spans in Slack's own markup. */
export function markup(spans: readonly Span[], names = nobody): string {
  return spans.map((span) => markupSpan(span, names)).join('');
}

function richSection(spans: readonly Span[], names: Names): RichTextSection {
  // Slack refuses empty text elements.
  const filled = spans.filter((span) => span !== '');
  return { type: 'rich_text_section', elements: filled.map((span) => richSpan(span, names)) };
}

/** What Slack draws: a table that no newer block takes becomes a list, and a trend its picture in words. */
export function drawable(part: Part): DrawablePart {
  if (isNative(part)) return part as NativePart;
  if (part.kind === 'trend') return { kind: 'text', spans: [part.picture.alt] };
  if (part.kind !== 'table') return part;
  return part.menus ? part : listOf(part);
}

/** The rows of a table, a line each. */
function listOf(part: Extract<Part, { kind: 'table' }>): Extract<DrawablePart, { kind: 'list' }> {
  return { kind: 'list', items: part.rows.map(rowInALine) };
}

type WordsPart = Extract<Part, { kind: 'text' | 'list' | 'code' | 'mentions' }>;

function richPart(part: WordsPart, names: Names): RichTextPart {
  switch (part.kind) {
    case 'text':
      return richSection(part.spans, names);
    case 'mentions': {
      const people = part.people.flatMap((person): Span[] => [{ person }, ' ']);
      return richSection(people, names);
    }
    case 'list':
      return {
        type: 'rich_text_list',
        style: 'bullet',
        elements: part.items.map((item) => richSection(item, names)),
      };
    case 'code':
      return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: part.text }] };
    default:
      return part satisfies never;
  }
}

/** How many characters of its block's budget a part takes. */
export function sizeOf(part: DrawablePart): number {
  switch (part.kind) {
    case 'text':
      return plainText(part.spans).length;
    case 'detail':
      return markup(part.spans).length;
    case 'list':
      return part.items.reduce((sum, item) => sum + plainText(item).length, 0);
    case 'code':
      return part.text.length;
    case 'buttons':
    // It has limits of its own.
    case 'trend':
      return 0;
    case 'table':
      // A picture stands in for it, or a list, which needs its room on the page.
      return part.picture ? 0 : sizeOf(listOf(part));
    case 'mentions':
      return part.people.join().length;
    default:
      return part satisfies never;
  }
}

function detailBlock(spans: readonly Span[], names: Names): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: markup(spans, names) }] };
}

/**
 * The action id of a button: its action, numbered where the buttons before it in the block have the same, since an id may
 * stand once. https://docs.slack.dev/reference/block-kit/block-elements/button-element
 */
const actionIdOf = (action: string, before: readonly { readonly action: string }[]) => {
  const same = before.filter((each) => each.action === action).length;
  return same === 0 ? action : `${action}:${same + 1}`;
};

/** The action that an id of a button stands for. */
export const actionOf = (id: string): string => id.replace(/:\d+$/, '');

function buttonsBlock({ buttons }: Extract<Part, { kind: 'buttons' }>): ActionsBlock {
  return {
    type: 'actions',
    elements: buttons.map(({ label, action, value, style }, at) => ({
      type: 'button',
      action_id: actionIdOf(action, buttons.slice(0, at)),
      text: { type: 'plain_text', text: label },
      value,
      ...(style && { style }),
    })),
  };
}

/** The action id of a menu; which of its entries was chosen stands in the entry's value. */
export const menuAction = 'menu';

/** Signs that Slack reads as formatting, as others that look the same: a name beside a menu cannot be rich text. */
const lookalikes: Readonly<Record<string, string>> = { '*': '∗', '`': 'ˋ', '~': '∼', _: 'ˍ' };
const asItLooks = (text: string) =>
  text.replaceAll(/[*`~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (sign) => lookalikes[sign] ?? sign);

function unformatted(span: Span): Span {
  if (typeof span === 'string') return asItLooks(span);
  return 'bold' in span ? { bold: asItLooks(span.bold) } : span;
}

/** A row with its menu. A table with menus has one row a part. */
function menuBlock({ rows, menus = [] }: Extract<Part, { kind: 'table' }>, names: Names): SectionBlock {
  const options = (menus[0] ?? []).map(({ label, action, value }) => ({
    text: { type: 'plain_text' as const, text: label },
    value: `${action} ${value}`,
  }));
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: markup(rowInALine(rows[0] ?? []).map(unformatted), names) },
    ...(options.length > 0 && { accessory: { type: 'overflow', action_id: menuAction, options } }),
  };
}

function blockOf(part: Exclude<DrawablePart, WordsPart>, names: Names): AnyBlock {
  if (part.kind === 'detail') return detailBlock(part.spans, names);
  if (part.kind === 'table' && part.menus) return menuBlock(part, names);
  return part.kind === 'buttons' ? buttonsBlock(part) : nativeBlock(part);
}

const isWords = (part: DrawablePart): part is WordsPart =>
  ['text', 'list', 'code', 'mentions'].includes(part.kind);

/** Draws a message as blocks; texts, lists and code that follow each other share a block while it has room. */
export function render({ summary, parts }: Message, names = nobody): SlackMessage {
  const blocks: AnyBlock[] = [];
  let open: { elements: RichTextPart[]; size: number } | undefined;
  for (const part of parts.map(drawable)) {
    if (!isWords(part)) {
      open = undefined;
      blocks.push(blockOf(part, names));
      continue;
    }
    const size = sizeOf(part);
    if (!open || open.size + size > limits.block.characters) {
      open = { elements: [], size: 0 };
      blocks.push({ type: 'rich_text', elements: open.elements });
    }
    open.elements.push(richPart(part, names));
    open.size += size;
  }
  const text = escapeText(summary);
  const short = text.length > limits.message.text ? `${text.slice(0, limits.message.text - 1)}…` : text;
  return { text: short, blocks };
}
