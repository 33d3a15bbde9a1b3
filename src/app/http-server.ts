import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Express } from 'express';
import packageFile from '../../package.json' with { type: 'json' };
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';

/** The one HTTP server of a process; each chat platform mounts its endpoint on it before it listens. */
export type HttpServer = {
  readonly app: Express;
  /** Starts to serve, at last with an answer to what nobody mounted; resolves to the port. Throws `http.cannot-listen`. */
  listen(): Promise<number>;
  /** Takes nothing new, and cuts off what does not end within five seconds. */
  close(): Promise<void>;
};

export type HttpServerDependencies = {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  /** Whether requests can be served at this moment. */
  readonly isReady: () => Promise<boolean>;
  /** Milliseconds in which a request, its head and its body, must have come; Slack and Teams send theirs at once. */
  readonly requestMs?: number;
};

/** Milliseconds that requests under way get to end when the server is closed. */
const graceMs = 5_000;

/**
 * Milliseconds that a connection is kept between requests: longer than load balancers keep theirs (60 s is usual), so
 * that none sends into one that was just closed. https://nodejs.org/api/http.html#serverkeepalivetimeout
 */
const keepAliveMs = 75_000;

/** Creates the server with `/livez`, which tells the version too, and `/readyz`; refusals say no more than their status. */
export function createHttpServer({
  host,
  port,
  logger,
  isReady,
  requestMs = 15_000,
}: HttpServerDependencies): HttpServer {
  const app = express().disable('x-powered-by').disable('etag');
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: requestMs,
      requestTimeout: requestMs,
      connectionsCheckingInterval: requestMs / 5,
    },
    app,
  );
  app.get(
    '/livez',
    (_request, response) => void response.type('text').send(`alive ${packageFile.version}\n`),
  );
  app.get('/readyz', async (_request, response) => {
    const ready = await isReady();
    const text = ready ? 'ready\n' : 'not ready: Redis is away\n';
    response
      .status(ready ? 200 : 503)
      .type('text')
      .send(text);
  });

  const onFault: ErrorRequestHandler = (error: { status?: number }, _request, response, _next) => {
    logger.warn({ err: error }, 'a request could not be read');
    if (response.headersSent) return;
    // What is left of a body that is too large is not waited for.
    if (error.status === 413) response.set('connection', 'close');
    response.status(error.status ?? 500).end();
  };

  return {
    app,
    async listen() {
      app.use((_request, response) => void response.status(404).end());
      app.use(onFault);
      server.listen({ host, port });
      try {
        await once(server, 'listening');
      } catch (cause) {
        throw new AppError(`Cannot listen on ${host}, port ${port}`, {
          code: 'http.cannot-listen',
          cause,
          hint: 'XOAP_HOST, and XOAP_PORT or XOAP_HEALTH_PORT, say where; another process may be there already.',
        });
      }
      return (server.address() as AddressInfo).port;
    },
    async close() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const timer = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}
