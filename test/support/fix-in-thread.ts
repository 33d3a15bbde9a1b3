import type { Remediation } from '../../src/verification/verification.ts';
import type { SlackPost } from './slack-workspace.ts';

type RichText = { readonly type: string; readonly elements: readonly { readonly text?: string }[] };

/** The snippets under *Fix* in a thread, as a person would copy them out of Slack. */
export function fixIn(thread: readonly SlackPost[]): Remediation[] {
  const message = thread.find(({ text }) => text.startsWith('Fix'));
  const parts = (message?.blocks ?? []).flatMap(({ elements }) => (elements ?? []) as RichText[]);
  const textOf = (part: RichText | undefined) => part?.elements.map(({ text }) => text ?? '').join('') ?? '';
  return parts.flatMap((part, index) => {
    if (part.type !== 'rich_text_preformatted') return [];
    const text = textOf(part);
    const format = text.startsWith('{') ? 'json' : 'shell';
    return [{ title: textOf(parts[index - 1]), format, text, fixes: [] }];
  });
}
