import type { Verification } from '../../verification/verification.ts';
import { type Message, type MessageTells, plainText, type Span, say } from '../model/message.ts';

const overWords: Record<MessageTells, string> = {
  fix: '✅ This fix is not needed any more, as of ',
  forward: '✅ Nobody needs to be asked any more, as of ',
  missing: '✅ Nothing of this is missing any more, as of ',
  'other-ways': '✅ No other way to fix it is needed any more, as of ',
};

/** A reply that says what is not so any more, in place of what it said. */
export function overMessage(tells: MessageTells, { startedAt }: Pick<Verification, 'startedAt'>): Message {
  const spans: Span[] = [overWords[tells], { time: startedAt, withDate: true }, '.'];
  return { summary: plainText(spans), parts: [say(...spans)], tells };
}

/** A reply in place of which there is a newer one below. */
export function supersededMessage(tells: MessageTells): Message {
  const text = 'What stood here is out of date: a newer one is below.';
  return { summary: text, parts: [say(text)], tells };
}
