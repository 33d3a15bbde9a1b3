import express, { type ErrorRequestHandler, type Router } from 'express';
import type { Downloads } from '../../src/access/downloads.ts';
import { isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { pageHeaders, sendPage, serveAssets } from './layout.ts';
import { downloadBody, faultBody, noDownloadBody } from './pages.ts';

/** The path of the pages below the bot's address. */
export const downloadPath = '/download';

export type DownloadPageDependencies = {
  readonly downloads: Downloads;
  readonly logger: Logger;
  /** The address of the bot, as browsers see it. */
  readonly publicUrl: string;
};

/** Creates the pages where people fetch files. Opening one takes nothing: programs that look at links use none up. */
export function createDownloadPages({ downloads, logger, publicUrl }: DownloadPageDependencies): Router {
  const base = `${new URL(publicUrl).pathname.replace(/\/$/, '')}${downloadPath}`;
  const gone = { base, title: 'This link leads nowhere', body: noDownloadBody };
  const router = express.Router();
  serveAssets(router);
  router.get('/:id', async ({ params: { id } }, response) => {
    const name = await downloads.nameOf(id);
    if (name === undefined) return sendPage(response, 404, gone);
    sendPage(response, 200, { base, title: `Fetch ${name}`, body: downloadBody(name) });
  });
  router.post('/:id', async ({ params: { id } }, response) => {
    const file = await downloads.take(id);
    if (!file) return sendPage(response, 404, gone);
    response.set(pageHeaders).attachment(file.name).type('application/octet-stream').send(file.content);
  });
  const onFault: ErrorRequestHandler = (err: unknown, _request, response, _next) => {
    logger.warn({ err }, 'a file could not be handed out');
    const isAway = isAppError(err, 'redis.unavailable');
    sendPage(response, isAway ? 503 : 500, { base, title: 'That did not work', body: faultBody(isAway) });
  };
  router.use(onFault);
  return router;
}
