import type { Remediation } from '../../src/verification/verification.ts';
import type { Json } from './wire.ts';

type RichText = { readonly type: string; readonly elements: readonly { readonly text?: string }[] };

const textOf = (part: RichText | undefined) => part?.elements.map(({ text }) => text ?? '').join('') ?? '';

/** The snippets under the latest *Fix* in a thread, as a person would copy them out of Slack. */
export function snippetsIn(
  thread: readonly { readonly text: string; readonly blocks: readonly Json[] }[],
): Remediation[] {
  const message = thread.findLast(({ text }) => text.startsWith('Fix'));
  const parts = (message?.blocks ?? []).flatMap(({ elements }) => (elements ?? []) as RichText[]);
  return parts.flatMap((part, index) => {
    if (part.type !== 'rich_text_preformatted') return [];
    const text = textOf(part);
    const format = text.startsWith('{') ? 'json' : 'shell';
    return [{ title: textOf(parts[index - 1]), format, text, fixes: [] }];
  });
}
