import { type Message, plainText, type Span, say } from '../model/message.ts';

/** What stands in a message that was sent twice, in place of what stands in the other one. */
export function twinMessage(link: string | undefined): Message {
  const other: Span = link ? { link, text: 'the other one' } : 'the other one';
  const spans: Span[] = ['This message was sent twice. Read ', other, ' instead.'];
  return { summary: plainText(spans), parts: [say(...spans)] };
}
