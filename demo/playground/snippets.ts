import type { Json } from '../../simulations/slack/payloads.ts';
import type { Remediation } from '../../src/verification/verification.ts';

type Reply = { readonly text: string; readonly blocks: readonly Json[] };
type RichText = { readonly type: string; readonly elements: readonly { readonly text?: string }[] };

const textOf = (part: RichText | undefined) => part?.elements.map(({ text }) => text ?? '').join('') ?? '';

const isFix = ({ text }: Reply) => text.startsWith('Fix');
const isOtherWay = ({ text }: Reply) => text.startsWith('Other ways');
/** A later page of a message that was too long for one. */
const isContinued = ({ text }: Reply) => /\((?!1 of)\d+ of \d+\)$/.test(text);

/** What a snippet is, by how it begins. */
function formatOf(text: string): Remediation['format'] {
  if (text.startsWith('{')) return 'json';
  if (/^(if \(|\$|Get-|New-)/.test(text)) return 'powershell';
  return /^(resource|provider|targetScope)\b/.test(text) ? 'hcl' : 'shell';
}

/** The snippets of a message and of its further pages, each with the title above it. */
function snippetsFrom(thread: readonly Reply[], isOne: (reply: Reply) => boolean): Remediation[] {
  const start = thread.findLastIndex((reply) => isOne(reply) && !isContinued(reply));
  if (start < 0) return [];
  const end = thread.findIndex((reply, index) => index > start && !isOne(reply));
  const pages = thread.slice(start, end < 0 ? undefined : end);
  const parts = pages
    .flatMap((page) => page.blocks)
    .flatMap(({ elements }) => (elements ?? []) as RichText[]);
  return parts.flatMap((part, index) => {
    if (part.type !== 'rich_text_preformatted') return [];
    const text = textOf(part);
    return [{ title: textOf(parts[index - 1]), format: formatOf(text), text, fixes: [] }];
  });
}

/**
 * The snippets under the latest *Fix* in a thread, all its pages, as a person would copy them out of Slack; where it is
 * for another shell than this machine has, the same for this one from the other ways.
 */
export function snippetsIn(thread: readonly Reply[]): Remediation[] {
  const fix = snippetsFrom(thread, isFix);
  if (!fix.some(({ format }) => format === 'powershell')) return fix;
  const others = snippetsFrom(thread, isOtherWay).filter(({ format }) => format === 'shell');
  return [...fix.filter(({ format }) => format !== 'powershell'), ...others];
}
