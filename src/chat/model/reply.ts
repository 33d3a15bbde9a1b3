import type { Form } from './form.ts';
import type { Message } from './message.ts';

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
  /** The very request was processed before. */
  | { readonly kind: 'replayed' };
