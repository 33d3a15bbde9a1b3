import { randomUUID } from 'node:crypto';
import type { Response } from 'express';
import type { News } from './wire.ts';

/** Tells open pages what is new, as server-sent events. */
export function createNews() {
  const listeners = new Map<Response, string>();
  const server = randomUUID();
  const send = (response: Response, news: News) => response.write(`data: ${JSON.stringify(news)}\n\n`);
  return {
    /** Keeps a page's connection until it goes. */
    listen(page: string, response: Response): void {
      response.set({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.flushHeaders();
      send(response, { kind: 'hello', server });
      listeners.set(response, page);
      response.on('close', () => listeners.delete(response));
    },
    /** Tells one page, or all. */
    tell(news: News, page?: string): void {
      for (const [response, each] of listeners) if (page === undefined || page === each) send(response, news);
    },
    close(): void {
      for (const response of listeners.keys()) response.end();
    },
  };
}
