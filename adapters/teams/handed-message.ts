import { Parser } from 'htmlparser2';
import { z } from 'zod';
import type { AttachedText } from '../../src/chat/model/handed.ts';
import { AppError } from '../../src/errors.ts';
import { tryJson } from '../../src/json.ts';

/** What Teams hands over: https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/create-task-module */
const MessagePayload = z.object({
  id: z.string(),
  replyToId: z.string().nullish(),
  body: z.object({ contentType: z.string().optional(), content: z.string().nullish() }).optional(),
  attachments: z
    .array(
      z.looseObject({
        contentType: z.string().optional(),
        content: z.unknown().optional(),
        name: z.string().nullish(),
      }),
    )
    .nullish()
    .catch(undefined),
});

/** A message action, by its command and what it was used on. */
export const MessageAction = z.object({
  commandId: z.string(),
  commandContext: z.literal('message'),
  messagePayload: MessagePayload,
});
export type MessageAction = z.infer<typeof MessageAction>;

/** Elements behind which a line ends. */
const lines = new Set(['br', 'p', 'div', 'pre', 'li', 'tr', 'h1', 'h2', 'h3', 'blockquote', 'codeblock']);

/** The text of a message, line by line. */
export function textOf(html: string): string {
  const texts: string[] = [];
  const parser = new Parser({
    ontext: (text) => void texts.push(text),
    onclosetag: (name) => void (lines.has(name) && texts.push('\n')),
  });
  parser.end(html);
  return texts.join('').replaceAll('\u00a0', ' ');
}

const mostDeep = 12;

/** What a card says, as tools of others post it. */
function textsIn(part: unknown, depth = 0): string[] {
  if (depth > mostDeep || typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => {
    if (typeof value === 'string')
      return ['text', 'title', 'value', 'codeSnippet'].includes(name) ? [value] : [];
    return textsIn(value, depth + 1);
  });
}

const textOfCard = (content: unknown) =>
  textsIn(typeof content === 'string' ? tryJson(content, z.unknown()) : content).join('\n');

/** What a message says that somebody hands over; and its files, which a bot cannot read in Teams. */
export function readMessage({ messagePayload: { id, replyToId, body, attachments } }: MessageAction) {
  const content = body?.content ?? '';
  const text = body?.contentType === 'text' ? content : textOf(content);
  const isCard = ({ contentType = '' }: { contentType?: string | undefined }) => contentType.includes('card');
  const all = attachments ?? [];
  return {
    text: [text, ...all.filter(isCard).map((each) => textOfCard(each.content))].join('\n').trim(),
    files: all.flatMap(({ contentType, name }) => (contentType === 'reference' && name ? [name] : [])),
    threadId: replyToId ?? id,
  };
}

/** A file of a message lies in SharePoint, where a bot reads nothing without rights of its own. */
export const unreadFile = (name: string, commandWord: string): AttachedText => ({
  name,
  read: async () => {
    throw new AppError(`Teams does not let a bot read ${name}`, {
      code: 'chat.file-unread',
      hint: `Paste the error and some lines around it into ${commandWord} explain, or run xoap explain < build.log where the log is.`,
    });
  },
});
