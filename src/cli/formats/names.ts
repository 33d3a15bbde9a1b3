import { allPrintable } from '../printable.ts';
import type { Written } from './written.ts';

/** Each way to write a verification; loaded when it is wanted. */
const formats = {
  table: () => import('./table.ts').then(({ asTable }) => asTable),
  json: () => import('./json.ts').then(({ asJson }) => asJson),
  markdown: () => import('./markdown.ts').then(({ asMarkdown }) => asMarkdown),
  junit: () => import('./junit.ts').then(({ asJunit }) => asJunit),
  sarif: () => import('./sarif.ts').then(({ asSarif }) => asSarif),
} satisfies Record<string, () => Promise<(written: Written) => string>>;

export type Format = keyof typeof formats;
export const formatNames = Object.keys(formats);

/** The verification in a format, with a line end behind it. */
export async function write(format: Format, written: Written): Promise<string> {
  const draw = await formats[format]();
  // JSON escapes what would steer a terminal, and must hold what was found as it is.
  const shown =
    format === 'json' ? written : { ...written, verification: allPrintable(written.verification) };
  return `${draw(shown).trimEnd()}\n`;
}
