import { z } from 'zod';
import type { SlackAccess } from './clients.ts';

/** What Slack leaves out may be null. */
const absent = <Type extends z.ZodType>(type: Type) =>
  type.nullish().transform((value) => value ?? undefined);

export const SlackFile = z.object({
  id: z.string(),
  name: absent(z.string()),
  size: absent(z.number()),
  mimetype: absent(z.string()),
  permalink: absent(z.string()),
  url_private: absent(z.string()),
  url_private_download: absent(z.string()),
});
export type SlackFile = z.infer<typeof SlackFile>;

export type FileAccess = SlackAccess & { readonly botToken: string };

/** The only place that the bot token is sent to for a file: Slack's own host, or a local Slack's. */
export function fileHostOf(slackApiUrl: string): string {
  const { hostname, origin } = new URL(slackApiUrl);
  if (/(^|\.)slack\.com$/.test(hostname)) return 'https://files.slack.com';
  return /(^|\.)slack-gov\.com$/.test(hostname) ? 'https://files.slack-gov.com' : origin;
}

/** What came of asking for a file; `elsewhere` is one that Slack does not keep itself. */
export type Fetched =
  | { readonly kind: 'file'; readonly response: Response }
  | { readonly kind: 'elsewhere' | 'not-shown' | 'late' }
  | { readonly kind: 'refused'; readonly status: number };

/** Asks Slack for a file. */
export async function fetchFile(
  { url_private_download, url_private }: SlackFile,
  { botToken, slackApiUrl, logger }: FileAccess,
  signal: AbortSignal,
): Promise<Fetched> {
  const address = url_private_download ?? url_private ?? '';
  if (!URL.canParse(address) || new URL(address).origin !== fileHostOf(slackApiUrl))
    return { kind: 'elsewhere' };
  try {
    const headers = { authorization: `Bearer ${botToken}` };
    const response = await fetch(address, { headers, redirect: 'manual', signal });
    // To whoever may not see it Slack answers with its sign-in page, at once or at the end of a redirect.
    const isRedirect = response.status >= 300 && response.status < 400;
    if (isRedirect || response.headers.get('content-type')?.includes('text/html'))
      return { kind: 'not-shown' };
    return response.ok ? { kind: 'file', response } : { kind: 'refused', status: response.status };
  } catch (err) {
    logger.warn({ err }, 'a file could not be fetched');
    return { kind: 'late' };
  }
}
