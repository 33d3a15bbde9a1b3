import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import express, { type ErrorRequestHandler } from 'express';
import { z } from 'zod';
import { isProduction } from '../../src/config/config.ts';
import { createBot } from './bot.ts';
import { createConversations } from './conversations.ts';
import { onlyThisPage, pageHeaders } from './guard.ts';
import { createInteractions } from './interactions.ts';
import { createNews } from './news.ts';
import { Refusal } from './refusal.ts';
import { createResponses } from './responses.ts';
import { createRoutes } from './routes.ts';
import type { PlaygroundSettings } from './settings.ts';
import { createViews } from './views.ts';

/** Where the setup builds the page to. */
const built = join(import.meta.dirname, 'dist');

/** Calls of the bot after which conversations look different. */
const changing = /^(chat|files|conversations)\./;

const onFault: ErrorRequestHandler = (error, _request, response, _next) => {
  if (response.headersSent) return void response.end();
  const isBad = error instanceof z.ZodError || error?.type?.startsWith('entity.');
  const problem =
    error instanceof Refusal
      ? error.message
      : isBad
        ? 'This could not be read. Make it shorter, or load the page again.'
        : `This failed: ${String(error?.message ?? error)}.`;
  response.status(error instanceof Refusal || isBad ? 400 : 500).json({ problem });
};

/**
 * Starts the playground: a page that is a small Slack client, over a local Slack and simulated clouds. It listens on
 * loopback only, signs what it sends to the bot as Slack does, and refuses to start in production.
 */
export async function startPlayground(settings: PlaygroundSettings) {
  if (isProduction())
    throw new Error('The playground is for trying out and does not start with NODE_ENV=production');
  if (!existsSync(join(built, 'index.html')))
    throw new Error('The page of the playground is not built. Run: npm run setup');
  const { slack } = settings;
  const news = createNews();
  let port = settings.port;
  const responses = createResponses({
    origin: () => `http://127.0.0.1:${port}`,
    postPublicly: (channel, content) => slack.callAs('bot', 'chat.postMessage', { channel, ...content }),
  });
  const views = createViews(slack, news.tell);
  const conversations = createConversations(slack, responses);
  const bot = createBot(settings.bot);
  const interactions = createInteractions({ settings, bot, views, responses, conversations });
  slack.onCall(({ method, body }) => {
    if (!changing.test(method)) return;
    const isNew = method === 'chat.postMessage' && !body.thread_ts;
    news.tell({ kind: 'messages', ...(isNew && { conversation: String(body.channel) }) });
  });

  const app = express()
    .disable('x-powered-by')
    .use(onlyThisPage(() => port));
  app.post('/responses/:token', express.json({ limit: '1mb' }), async ({ params, body }, response) => {
    const isKnown = await responses.take(String(params.token), body);
    news.tell({ kind: 'messages' });
    response.status(isKnown ? 200 : 404).send(isKnown ? 'ok' : 'expired_url');
  });
  app.use(pageHeaders);
  app.use('/api', createRoutes({ settings, conversations, interactions, views, news }));
  app.use(express.static(built));
  app.use(onFault);

  const server = app.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new Error(
      `Cannot listen on port ${port}: another process may be there already. PLAYGROUND_PORT names another.`,
      { cause },
    );
  }
  port = (server.address() as AddressInfo).port;
  return {
    url: `http://localhost:${port}`,
    async close() {
      news.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
