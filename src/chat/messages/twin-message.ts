import { type Message, plainText, type Span, say } from '../model/message.ts';

/** What stands in a message that was sent twice, in place of what stands in the other one. */
export function twinMessage(link: string | undefined): Message {
  const other: Span = link ? { link, text: 'in the other one' } : 'in the other one';
  const spans: Span[] = ['This message was sent twice. What there is to say stands ', other, '.'];
  return { summary: plainText(spans), parts: [say(...spans)] };
}
