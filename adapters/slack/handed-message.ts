import type { MessageShortcut } from '@slack/bolt';
import { z } from 'zod';
import { SlackFile } from './fetch-file.ts';

/** A link as a person reads it: Slack makes one of each address, of mail too, and keeps beside it what was typed. */
const link = /<(?:mailto:)?([^<>|\n]{1,2000})(?:\|([^<>\n]{0,2000}))?>/g;

/** What Slack writes in place of signs and links: https://docs.slack.dev/messaging/formatting-message-text */
export function plainOf(text: string): string {
  return text
    .replaceAll(link, (_all, address: string, typed?: string) => typed || address)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** Fields in which blocks and attachments hold what a person reads. */
const readable = new Set(['text', 'pretext', 'title', 'value', 'fallback']);
const mostDeep = 12;

/** What stands in one line of rich text: its parts are no lines of their own, and hold no markup. */
const RichLine = z.object({
  type: z.enum(['rich_text_section', 'rich_text_preformatted', 'rich_text_quote']),
  elements: z.array(z.looseObject({ text: z.string().optional(), url: z.string().optional() })),
});

/** What stands in blocks and attachments, as tools of others post it. */
function textsIn(part: unknown, depth = 0): string[] {
  if (depth > mostDeep || typeof part !== 'object' || part === null) return [];
  const line = RichLine.safeParse(part).data;
  if (line) return [line.elements.map(({ text, url = '' }) => text ?? url).join('')];
  return Object.entries(part).flatMap(([name, value]) => {
    if (typeof value === 'string') return readable.has(name) ? [plainOf(value)] : [];
    return textsIn(value, depth + 1);
  });
}

/** Files that Slack describes; one that it does not is left out by itself. */
const filesOf = (files: unknown): SlackFile[] =>
  (Array.isArray(files) ? files : []).flatMap((file): SlackFile[] => {
    const { data } = SlackFile.safeParse(file);
    return data ? [data] : [];
  });

/** What a message that somebody hands over says, and its files. People have all they wrote in its text, tools may not. */
export function readMessage({ message }: Pick<MessageShortcut, 'message'>) {
  const { bot_id: bot, blocks, attachments, files, thread_ts, ts } = message;
  const text = typeof message.text === 'string' ? plainOf(message.text) : '';
  const parts = !bot && text !== '' ? [attachments] : [blocks, attachments];
  const texts = [text, ...parts.flatMap((part) => textsIn(part))];
  const root: unknown = thread_ts ?? ts;
  return {
    text: [...new Set(texts)].join('\n').trim(),
    files: filesOf(files),
    ...(root ? { threadId: String(root) } : {}),
  };
}

const Preformatted = z.object({
  type: z.literal('rich_text_preformatted'),
  elements: z.array(z.looseObject({ text: z.string() })),
});
const Blocks = z.object({
  blocks: z.array(z.looseObject({ elements: z.array(z.unknown()).optional() })),
});

/** What stands to be copied in a message of ours, in its order. */
export function textsToCopy(message: unknown): string[] {
  const { blocks = [] } = Blocks.safeParse(message).data ?? {};
  return blocks
    .flatMap(({ elements = [] }) => elements)
    .flatMap((element) => Preformatted.safeParse(element).data?.elements ?? [])
    .map(({ text }) => text);
}
