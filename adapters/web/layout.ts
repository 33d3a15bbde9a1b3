import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Response, Router } from 'express';
import { type Html, html } from '../../src/html.ts';
import { lazily } from '../../src/lazily.ts';

/** The only files that pages load, under the path of the pages, each with the hash of its content in its name. */
const sources = {
  css: { file: 'page.css', type: 'text/css' },
  js: { file: 'page.js', type: 'text/javascript' },
} as const;
type AssetKind = keyof typeof sources;

const readAsset = (kind: AssetKind) => {
  const { file, type } = sources[kind];
  const content = readFileSync(new URL(`./assets/${file}`, import.meta.url), 'utf8');
  return {
    type,
    content,
    name: `${createHash('sha256').update(content).digest('hex').slice(0, 16)}.${kind}`,
  };
};

/** What pages load, read when the first one is asked for. */
const assets = lazily(() => ({ css: readAsset('css'), js: readAsset('js') }));

/** Nothing of another origin is loaded, sent to or framed: https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** What every page is sent with: kept nowhere, told to nobody, framed by nobody. */
export const pageHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': policy,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
} as const;

/** Lets a router of pages hand out what they load. */
export function serveAssets(router: Router): void {
  router.get('/assets/:name', (request, response) => {
    const found = Object.values(assets()).find(({ name }) => name === request.params.name);
    if (!found) return void response.status(404).end();
    response
      .set({ ...pageHeaders, 'cache-control': 'public, max-age=31536000, immutable' })
      .type(found.type)
      .send(found.content);
  });
}

export type Page = {
  readonly title: string;
  readonly body: Html;
  /** Where the pages and their files are, as the browser sees it. */
  readonly base: string;
};

/** Sends a page of ours. */
export function sendPage(response: Response, status: number, { title, body, base }: Page): void {
  const { css, js } = assets();
  const { markup } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – XOAP</title>
<link rel="stylesheet" href="${base}/assets/${css.name}">
<script src="${base}/assets/${js.name}" defer></script>
</head>
<body>
<main>
<p class="brand">XOAP</p>
${body}
</main>
</body>
</html>
`;
  response.status(status).set(pageHeaders).type('html').send(markup);
}
