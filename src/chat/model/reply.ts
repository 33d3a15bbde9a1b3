import type { Form } from './form.ts';
import { type Message, plainText, type Span, say, sentence } from './message.ts';

/** What a person gets for a command or a click, at once and for them alone. */
export type Reply =
  | { readonly kind: 'message'; readonly message: Message }
  /** A message in place of the one that was clicked. */
  | { readonly kind: 'replacement'; readonly message: Message }
  | { readonly kind: 'form'; readonly form: Form }
  /** The answer comes as a message to the conversation. */
  | { readonly kind: 'none' };

/** What a submitted form gets. */
export type FormReply =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'form'; readonly form: Form }
  /** One sentence for each field that was not accepted. */
  | { readonly kind: 'problems'; readonly problems: Readonly<Record<string, string>> }
  /**
   * What the person alone reads in place of the form; a second part comes in the conversation between them and the bot, where
   * the platform keeps the two apart.
   */
  | {
      readonly kind: 'told';
      readonly title: string;
      readonly message: Message;
      readonly privately?: Message;
    }
  /** The very request was processed before. */
  | { readonly kind: 'replayed' };

/** A reply of one message. */
export const replyWith = (message: Message): Reply => ({ kind: 'message', message });

/** A reply of one text. */
export const replySaying = (...spans: Span[]): Reply =>
  replyWith({ summary: plainText(spans), parts: [say(...spans)] });

/** A reply of one sentence in place of what was clicked. */
export const replacementSaying = (text: string): Reply => ({ kind: 'replacement', message: sentence(text) });

/** A refusal of a form, beside one of its fields. */
export const refusalAt = (field: string, text: string): FormReply => ({
  kind: 'problems',
  problems: { [field]: text },
});
