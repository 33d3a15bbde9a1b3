import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Request, Response } from 'express';
import { linkMinutes } from '../../src/access/secret-links.ts';

/** A request about one link. */
export type LinkRequest = Request<{ id: string }>;

/** What a browser is known by while it has a link: a secret in a cookie, and what it sends beside it. */
export type Browsers = {
  /** The secret that the browser sent, if it is one. */
  of(request: LinkRequest): string | undefined;
  remember(response: Response, id: string, browser: string): void;
  forget(response: Response, id: string): void;
  /** What pages of ours send with the cookie, and no other site knows. */
  proof(browser: string, id: string): string;
  /** Whether a page of ours in this browser sent the request. */
  isOurs(request: LinkRequest, browser: string | undefined): browser is string;
};

const secretPattern = /^[\w-]{43}$/;

function isSame(given: unknown, wanted: string): boolean {
  if (typeof given !== 'string') return false;
  const [one, other] = [Buffer.from(given), Buffer.from(wanted)];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** Knows browsers by a cookie for each link, at the address of the bot. */
export function createBrowsers(publicUrl: string): Browsers {
  const { origin, protocol } = new URL(publicUrl);
  const secure = protocol === 'https:';
  // With the prefix no other host of the domain can set it: https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes
  const nameOf = (id: string) => `${secure ? '__Host-' : ''}xoap-${id.slice(0, 8)}`;
  const proof = (browser: string, id: string) =>
    createHmac('sha256', browser).update(`xoap page ${id}`).digest('base64url');

  return {
    of({ params: { id }, headers: { cookie = '' } }) {
      const start = `${nameOf(id)}=`;
      const sent = cookie.split('; ').find((each) => each.startsWith(start));
      const browser = sent?.slice(start.length) ?? '';
      return secretPattern.test(browser) ? browser : undefined;
    },
    remember(response, id, browser) {
      // Not strict: a link is followed from chat, which is another site.
      const kept = { httpOnly: true, secure, sameSite: 'lax', path: '/' } as const;
      response.cookie(nameOf(id), browser, { ...kept, maxAge: linkMinutes * 60_000 });
    },
    forget(response, id) {
      response.clearCookie(nameOf(id), { path: '/', secure });
    },
    proof,
    isOurs({ headers, body, params: { id } }, browser): browser is string {
      // A page without a referrer sends no origin either, but where its request comes from.
      const { origin: sender = 'null', 'sec-fetch-site': site = 'same-origin' } = headers;
      if ((sender !== origin && sender !== 'null') || site !== 'same-origin') return false;
      return browser !== undefined && isSame((body as { proof?: unknown }).proof, proof(browser, id));
    },
  };
}
