import type { Express } from 'express';
import { createRedisDownloads } from '../../adapters/redis/downloads.ts';
import type { RedisAccess } from '../../adapters/redis/open-redis.ts';
import { createDownloadPages, downloadPath } from '../../adapters/web/download-page.ts';
import { createDownloads, type Downloads } from '../access/downloads.ts';
import type { Logger } from '../logger.ts';

/** Where files wait that a platform takes none of: what keeps them, their addresses, and what serves them. */
export type DownloadPages = {
  readonly downloads: Downloads;
  readonly pageOf: ((id: string) => string) | undefined;
  serve(app: Express): void;
};

/** Puts the pages together; without an address of the bot there are none. */
export function openDownloads(
  redis: RedisAccess['prompt'],
  publicUrl: string | undefined,
  logger: Logger,
): DownloadPages {
  const downloads = createDownloads(createRedisDownloads(redis));
  const address = publicUrl?.replace(/\/+$/, '');
  return {
    downloads,
    pageOf: address === undefined ? undefined : (id) => `${address}${downloadPath}/${id}`,
    serve(app) {
      if (publicUrl) app.use(downloadPath, createDownloadPages({ downloads, logger, publicUrl }));
    },
  };
}
