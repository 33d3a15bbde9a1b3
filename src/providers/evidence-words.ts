import type { Finding } from '../verification/finding.ts';
import type { Provider } from './provider.ts';

/** Why a refusal stands, in words. */
function refusalWords({ layer, denial }: Finding, { words }: Provider): string {
  const who = layer && words?.layers?.[layer];
  if (!who) return '';
  const article = /^[aeiou]/.test(who) ? 'an' : 'a';
  return denial === 'explicit' ? ` (forbidden by ${article} ${who})` : ` (no ${who} allows it)`;
}

/** The way of asking that the provider has a word for, if it has one. */
export const methodOf = ({ method }: Finding, { words }: Provider): string | undefined =>
  words?.methods?.[method];

/** How a finding was found out, in a sentence that is the same for all that were found out so. */
export function evidenceSentence(finding: Finding, provider: Provider): string {
  const method = methodOf(finding, provider);
  const { code, text } = finding.evidence;
  if (!method || !code) return text;
  return `${provider.label} answered ${code} to ${method}${refusalWords(finding, provider)}.`;
}
