import { Parser } from 'htmlparser2';
import { z } from 'zod';
import type { AttachedText } from '../../src/chat/model/handed.ts';
import { AppError } from '../../src/errors.ts';
import { tryJson } from '../../src/json.ts';

const Attachment = z.looseObject({ contentType: z.string().nullish(), name: z.string().nullish() });
type Attachment = z.infer<typeof Attachment>;

/** What Teams hands over: https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/action-commands/create-task-module */
const MessagePayload = z.looseObject({
  id: z.coerce.string().nullish(),
  replyToId: z.coerce.string().nullish(),
  body: z.looseObject({ contentType: z.string().nullish(), content: z.string().nullish() }).nullish(),
  attachments: z.array(z.unknown()).nullish(),
});

/** A message action, by what it is used on; what of that cannot be read is as if it were not there. */
export const MessageAction = z.looseObject({
  commandContext: z.literal('message'),
  messagePayload: MessagePayload.catch({}).default({}),
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

/** Fields in which cards hold what a person reads. */
const readable = new Set([
  'text',
  'title',
  'subtitle',
  'value',
  'codeSnippet',
  'activityTitle',
  'activityText',
]);

/** What a card says, as tools of others post it. */
function textsIn(part: unknown, depth = 0): string[] {
  if (depth > mostDeep || typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => {
    if (typeof value === 'string') return readable.has(name) || Array.isArray(part) ? [value] : [];
    return textsIn(value, depth + 1);
  });
}

const textOfCard = (content: unknown) =>
  textsIn(typeof content === 'string' ? tryJson(content, z.unknown()) : content).join('\n');

/** What a message says that somebody hands over; and its files, which a bot cannot read in Teams. */
export function readMessage({ messagePayload: { id, replyToId, body, attachments } }: MessageAction) {
  const content = body?.content ?? '';
  const text = body?.contentType === 'text' ? content : textOf(content);
  const all = (attachments ?? []).flatMap((each): Attachment[] => {
    const { data } = Attachment.safeParse(each);
    return data ? [data] : [];
  });
  const cards = all.filter(({ contentType }) => contentType?.includes('card'));
  const threadId = replyToId ?? id;
  return {
    text: [text, ...cards.map((each) => textOfCard(each.content))].join('\n').trim(),
    files: all.flatMap(({ contentType, name }) => (contentType === 'reference' && name ? [name] : [])),
    ...(threadId && { threadId }),
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
