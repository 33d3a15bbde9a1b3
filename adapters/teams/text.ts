import type { CardElement, ICodeBlock, IRichTextBlock, ITextRun } from '@microsoft/teams.cards';
import type { Span } from '../../src/chat/model/message.ts';

/** Names of people by the ids that messages hold. */
export type Names = ReadonlyMap<string, string>;

type TextStyle = Pick<ITextRun, 'size' | 'isSubtle' | 'weight' | 'fontType' | 'color'>;

/** The formats that Teams highlights by name. */
const languages = {
  json: 'Json',
  powershell: 'PowerShell',
  shell: 'Bash',
  hcl: 'PlainText',
  bicep: 'PlainText',
  text: 'PlainText',
} as const;

/** A moment in the reader's own time zone: https://adaptivecards.io/explorer/TextBlock.html */
function localTime({ time, withDate }: Extract<Span, { time: string }>): string {
  const whole = time.replace(/\.\d+Z$/, 'Z');
  return `${withDate ? `{{DATE(${whole}, SHORT)}} ` : ''}{{TIME(${whole})}}`;
}

function run(span: Span, names: Names, style: TextStyle = {}): ITextRun {
  const base = { type: 'TextRun', ...style } as const;
  if (typeof span === 'string') return { ...base, text: span };
  if ('bold' in span) return { ...base, text: span.bold, weight: 'Bolder' };
  if ('code' in span) return { ...base, text: span.code, fontType: 'Monospace' };
  if ('link' in span)
    return { ...base, text: span.text, selectAction: { type: 'Action.OpenUrl', url: span.link } };
  if ('person' in span) return { ...base, text: names.get(span.person) || 'somebody', weight: 'Bolder' };
  if ('conversation' in span) return { ...base, text: 'that conversation' };
  return { ...base, text: localTime(span) };
}

/** Text as runs, which hold no markup: what a person typed stays as it is. */
export function richText(
  spans: readonly Span[],
  names: Names = new Map(),
  style?: TextStyle,
): IRichTextBlock {
  const inlines = spans.filter((span) => span !== '').map((span) => run(span, names, style));
  return { type: 'RichTextBlock', inlines };
}

/** Code as Teams shows it, with plain lines where a client does not know the element. */
export function codeBlock(text: string, language: keyof typeof languages = 'text'): ICodeBlock {
  const lines = text.split('\n').map(
    (line): IRichTextBlock => ({
      type: 'RichTextBlock',
      spacing: 'None',
      inlines: [
        {
          type: 'TextRun',
          text: line.replace(/^ +/, (spaces) => '\u00A0'.repeat(spaces.length)) || '\u00A0',
          fontType: 'Monospace',
        },
      ],
    }),
  );
  return {
    type: 'CodeBlock',
    codeSnippet: text,
    language: languages[language],
    fallback: { type: 'Container', style: 'emphasis', items: lines },
  };
}

/** A list, as lines with a bullet each. */
export function list(items: readonly (readonly Span[])[], names: Names): CardElement {
  const rows = items.map(
    (item): IRichTextBlock => ({ ...richText(['•\u00A0\u00A0', ...item], names), spacing: 'Small' }),
  );
  return { type: 'Container', items: rows, spacing: 'Small' };
}
