import { createHash } from 'node:crypto';
import { type Html, html } from '../../src/html.ts';
import { scopes } from './manifest.ts';

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color:#1d1c1d;background:#fff}
a.button{display:inline-block;padding:.6rem 1.2rem;border-radius:.3rem;background:#4a154b;color:#fff;text-decoration:none}
a.button:focus{outline:3px solid #1264a3}code{background:#f3f3f3;padding:0 .3rem}li{margin:.2rem 0}
@media(prefers-color-scheme:dark){body{color:#eee;background:#1a1d21}code{background:#333}}`;

const styleHash = createHash('sha256').update(style).digest('base64');

/** What a page is sent with: it loads nothing, is framed nowhere, and tells nobody its address, which holds a code. */
export const pageHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
} as const;

function page(title: string, body: Html): string {
  // Its hash stands in the policy, so it is not escaped.
  const head = html`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>${{ markup: style }}</style></head>
<body><h1>${title}</h1>
${body}
</body></html>
`;
  return head.markup;
}

const listOf = (reasons: Readonly<Record<string, string>>): Html =>
  html`<ul>${Object.entries(reasons).map(([scope, reason]) => html`<li><code>${scope}</code> ${reason}</li>`)}</ul>`;

/** Where an installation begins. */
export const beginPage = (slackUrl: string, optional: Readonly<Record<string, string>>): string =>
  page(
    'Install XOAP in Slack',
    html`<p>XOAP proves what a cloud credential can do before an image build needs it.</p>
<p><a class="button" href="${slackUrl}">Add to Slack</a></p>
<p>Slack then asks for which workspace or organisation. This page works once, in this browser, for ten minutes.</p>
<h2>What it asks for</h2>${listOf(scopes)}
<h2>What it can do without</h2>${listOf(optional)}`,
  );

/** Where an installation has ended well. */
export const donePage = ({ name, isOrganisation }: { name: string; isOrganisation: boolean }): string =>
  page(
    `XOAP is installed in ${name}`,
    isOrganisation
      ? html`<p>It is installed for the organisation. An administrator adds it to workspaces in the settings of the organisation, under Integrations. There, type <code>/xoap connection add</code> in a channel.</p>`
      : html`<p>Open Slack, and type <code>/xoap connection add</code> in a channel.</p>`,
  );

/** What went wrong with an installation, by how it ended. */
const failures = {
  cancelled: ['The installation was cancelled', 'Nothing was installed.'],
  'not-ours': [
    'This page cannot go on',
    'The installation was begun in another browser, is older than ten minutes, or was used already. Nothing was installed by this page.',
  ],
  failed: [
    'XOAP was not installed',
    'Slack, or the database of this bot, did not complete the installation.',
  ],
} as const;
export type Failure = keyof typeof failures;

/** Where an installation has ended otherwise, with the way to begin again. */
export function failurePage(failure: Failure, beginAt: string): string {
  const [title, text] = failures[failure];
  return page(
    title,
    html`<p>${text}</p>
<p><a class="button" href="${beginAt}">Begin again</a></p>`,
  );
}
