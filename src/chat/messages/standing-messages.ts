import { type Finding, isOpen } from '../../verification/finding.ts';
import { type Message, type MessageTells, plainText, type Span, say } from '../model/message.ts';

const overWords: Record<MessageTells, string> = {
  why: '✅ This is not so any more, as of ',
  fix: '✅ This fix is not needed any more, as of ',
  forward: '✅ Nobody needs to be asked any more, as of ',
  missing: '✅ Nothing of this is missing any more, as of ',
  'other-ways': '✅ No other way to fix it is needed any more, as of ',
};

/** Whether a run could not tell of something that was missing before: it may still be. */
export const leavesOpen = (told: readonly Finding[]) =>
  told.some((finding) => isOpen(finding, 'inconclusive'));

/** A reply that says what is not so any more, in place of what it said; what is accepted is not called met. */
export function overMessage(
  tells: MessageTells,
  { at, told }: { readonly at: string; readonly told: readonly Finding[] },
): Message {
  const isAccepted = told.some(({ accepted }) => accepted);
  const words = isAccepted ? '☑️ What of this is still missing was accepted, as of ' : overWords[tells];
  const spans: Span[] = [words, { time: at, withDate: true }, '.'];
  return { summary: plainText(spans), parts: [say(...spans)], tells };
}

/** A reply in place of which there is a newer one. */
export function supersededMessage(tells: MessageTells, where: 'above' | 'below'): Message {
  const text = `What stood here is out of date: a newer one is ${where}.`;
  return { summary: text, parts: [say(text)], tells };
}
