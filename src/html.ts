/** Markup of ours; everything else that stands in it is escaped. */
export type Html = { readonly markup: string };
type Content = Html | string | number | false | undefined | readonly Content[];

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function markupOf(content: Content): string {
  if (content === undefined || content === false) return '';
  if (typeof content === 'number') return String(content);
  if (typeof content === 'string') return content.replaceAll(/[&<>"']/g, (sign) => signs[sign] ?? '');
  return 'markup' in content ? content.markup : content.map(markupOf).join('');
}

/** Markup from a template; every value in it is text unless it came from here too. Attributes stand in quotation marks. */
export function html(texts: TemplateStringsArray, ...values: readonly Content[]): Html {
  const rest = values.map((value, at) => `${markupOf(value)}${texts[at + 1] ?? ''}`).join('');
  return { markup: `${texts[0] ?? ''}${rest}` };
}
