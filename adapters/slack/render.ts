import type {
  ActionsBlock,
  ContextBlock,
  KnownBlock,
  RichTextBlock,
  RichTextElement,
  RichTextSection,
} from '@slack/types';
import { type Message, type Part, plainText, plainTime, type Span } from '../../src/chat/message.ts';
import { limits } from './limits.ts';

export type SlackMessage = { readonly text: string; readonly blocks: KnownBlock[] };

export type DrawablePart = Exclude<Part, { kind: 'table' }>;
type RichTextPart = RichTextBlock['elements'][number];

/** Escapes what Slack reads as markup; only context and fallback texts need it, rich text takes text as it is. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const timeFormat = (withDate: boolean | undefined) => (withDate ? '{date_short_pretty} {time}' : '{time}');
const epochSeconds = (time: string) => Math.floor(Date.parse(time) / 1000);

function richSpan(span: Span): RichTextElement {
  if (typeof span === 'string') return { type: 'text', text: span };
  if ('bold' in span) return { type: 'text', text: span.bold, style: { bold: true } };
  if ('code' in span) return { type: 'text', text: span.code, style: { code: true } };
  if ('link' in span) return { type: 'link', url: span.link, text: span.text };
  if ('person' in span) return { type: 'user', user_id: span.person };
  if ('conversation' in span) return { type: 'channel', channel_id: span.conversation };
  const format = timeFormat(span.withDate);
  return { type: 'date', timestamp: epochSeconds(span.time), format, fallback: plainTime(span) };
}

/** A span in Slack's own markup, for the places that take no rich text. */
function markupSpan(span: Span): string {
  if (typeof span === 'string') return escapeText(span);
  if ('bold' in span) return `*${escapeText(span.bold)}*`;
  if ('code' in span) return `\`${escapeText(span.code)}\``;
  if ('link' in span) return `<${span.link}|${escapeText(span.text)}>`;
  if ('person' in span) return `<@${span.person}>`;
  if ('conversation' in span) return `<#${span.conversation}>`;
  return `<!date^${epochSeconds(span.time)}^${timeFormat(span.withDate)}|${plainTime(span)}>`;
}

/** Spans in Slack's own markup. */
export function markup(spans: readonly Span[]): string {
  return spans.map(markupSpan).join('');
}

function richSection(spans: readonly Span[]): RichTextSection {
  // Slack refuses empty text elements.
  return { type: 'rich_text_section', elements: spans.filter((span) => span !== '').map(richSpan) };
}

/** What Slack draws: a table there holds 100 rows and stands once in a message, so its rows become a list. */
export function drawable(part: Part): DrawablePart {
  if (part.kind !== 'table') return part;
  const items = part.rows.map((cells) =>
    cells
      .filter((cell) => plainText(cell) !== '')
      .flatMap((cell, index) => (index > 0 ? [' — ', ...cell] : cell)),
  );
  return { kind: 'list', items };
}

function richPart(part: Extract<Part, { kind: 'text' | 'list' | 'code' }>): RichTextPart {
  switch (part.kind) {
    case 'text':
      return richSection(part.spans);
    case 'list':
      return { type: 'rich_text_list', style: 'bullet', elements: part.items.map(richSection) };
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
      return 0;
    default:
      return part satisfies never;
  }
}

function detailBlock(spans: readonly Span[]): ContextBlock {
  return { type: 'context', elements: [{ type: 'mrkdwn', text: markup(spans) }] };
}

function buttonsBlock({ buttons }: Extract<Part, { kind: 'buttons' }>): ActionsBlock {
  return {
    type: 'actions',
    elements: buttons.map(({ label, action, value, style }) => ({
      type: 'button',
      action_id: action,
      text: { type: 'plain_text', text: label },
      value,
      ...(style && { style }),
    })),
  };
}

/** Draws a message as blocks; texts, lists and code that follow each other share a block while it has room. */
export function render({ summary, parts }: Message): SlackMessage {
  const blocks: KnownBlock[] = [];
  let open: { elements: RichTextPart[]; size: number } | undefined;
  for (const part of parts.map(drawable)) {
    if (part.kind === 'detail' || part.kind === 'buttons') {
      open = undefined;
      blocks.push(part.kind === 'detail' ? detailBlock(part.spans) : buttonsBlock(part));
      continue;
    }
    const size = sizeOf(part);
    if (!open || open.size + size > limits.block.characters) {
      open = { elements: [], size: 0 };
      blocks.push({ type: 'rich_text', elements: open.elements });
    }
    open.elements.push(richPart(part));
    open.size += size;
  }
  const text = escapeText(summary);
  const short = text.length > limits.message.text ? `${text.slice(0, limits.message.text - 1)}…` : text;
  return { text: short, blocks };
}
