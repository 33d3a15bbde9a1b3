import type { Json } from '../../simulations/slack/payloads.ts';
import type { Remediation } from '../../src/verification/verification.ts';

type Reply = { readonly text: string; readonly blocks: readonly Json[] };
type RichText = { readonly type: string; readonly elements: readonly { readonly text?: string }[] };

const textOf = (part: RichText | undefined) => part?.elements.map(({ text }) => text ?? '').join('') ?? '';

const isFix = ({ text }: Reply) => text.startsWith('Fix');
/** A later page of a message that was too long for one. */
const isContinued = ({ text }: Reply) => /\((?!1 of)\d+ of \d+\)$/.test(text);

/** The snippets under the latest *Fix* in a thread, all its pages, as a person would copy them out of Slack. */
export function snippetsIn(thread: readonly Reply[]): Remediation[] {
  const start = thread.findLastIndex((reply) => isFix(reply) && !isContinued(reply));
  if (start < 0) return [];
  const end = thread.findIndex((reply, index) => index > start && !isFix(reply));
  const pages = thread.slice(start, end < 0 ? undefined : end);
  const blocks = pages.flatMap((page) => page.blocks);
  const parts = blocks.flatMap(({ elements }) => (elements ?? []) as RichText[]);
  return parts.flatMap((part, index) => {
    if (part.type !== 'rich_text_preformatted') return [];
    const text = textOf(part);
    const format = text.startsWith('{') ? 'json' : 'shell';
    return [{ title: textOf(parts[index - 1]), format, text, fixes: [] }];
  });
}
