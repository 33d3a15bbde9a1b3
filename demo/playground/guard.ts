import type { RequestHandler } from 'express';

/** Names of this machine that a browser may have called the page by. */
const hosts = ['localhost', '127.0.0.1'];

/**
 * Lets in only what was addressed to this very page: a page elsewhere could otherwise reach it, by a name of its own that
 * leads here (DNS rebinding, told by the Host header) or by sending a form (told by the Origin header).
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Host
 */
export function onlyThisPage(port: () => number): RequestHandler {
  return ({ headers: { host = '', origin } }, response, next) => {
    // Browsers leave the port of http out.
    const own = hosts.map((name) => new URL(`http://${name}:${port()}`).host);
    const isOwn = own.includes(host) && (!origin || own.some((name) => origin === `http://${name}`));
    if (isOwn) return next();
    response.status(403).type('text').send(`Open http://localhost:${port()} on this machine.`);
  };
}

/** The page loads nothing from elsewhere, and nobody frames it. */
export const pageHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'content-security-policy':
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  next();
};
