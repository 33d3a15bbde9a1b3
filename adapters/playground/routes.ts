import express, { type RequestHandler, type Router } from 'express';
import { z } from 'zod';
import { commands } from '../../src/chat/commands.ts';
import type { Conversations } from './conversations.ts';
import { createFix } from './fix.ts';
import type { Interactions } from './interactions.ts';
import type { createNews } from './news.ts';
import type { PlaygroundSettings } from './settings.ts';
import type { Views } from './views.ts';
import type { Workspace } from './wire.ts';

export type RouteParts = {
  readonly settings: PlaygroundSettings;
  readonly conversations: Conversations;
  readonly interactions: Interactions;
  readonly views: Views;
  readonly news: ReturnType<typeof createNews>;
};

const text = z.string().max(20_000);
const Seat = z.object({ page: text, person: text });
const State = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));
const Said = Seat.extend({ conversation: text, text: z.string().trim().min(1).max(4_000) });
const Clicked = Seat.extend({
  action: z.record(z.string(), z.unknown()),
  conversation: text.optional(),
  post: text.optional(),
  view: text.optional(),
  state: State.optional(),
});
const Submitted = Seat.extend({ view: text, state: State });
/** Slack takes larger files; key files are small. */
const Uploaded = z.object({ name: text, content: z.string().max(4_000_000) });
const Place = Seat.extend({ conversation: text, post: text });

/** Answers with what work comes to; nothing becomes an empty answer. */
function route(work: (request: Parameters<RequestHandler>[0]) => Promise<unknown> | unknown): RequestHandler {
  return async (request, response) => {
    response.json((await work(request)) ?? {});
  };
}

/** What the page asks for and does. */
export function createRoutes(parts: RouteParts): Router {
  const { settings, conversations, interactions, views, news } = parts;
  const { slack, clouds, bot } = settings;
  const router = express.Router().use(express.json({ limit: '5mb' }));

  const workspace: Workspace = {
    botName: slack.botName,
    commandWord: bot.commandWord,
    people: slack.people,
    channels: slack.channels,
    commands: commands.map(({ words, argument, summary }) => ({ words, argument, summary })),
    accounts: clouds.accounts,
  };

  const fix = createFix({ slack, clouds, conversations });

  router.get(
    '/workspace',
    route(() => workspace),
  );
  router.get('/news/:page', ({ params }, response) => news.listen(params.page, response));
  router.get(
    '/conversations/:person/:conversation',
    route(({ params: { person = '', conversation = '' } }) =>
      conversations.read(String(person), String(conversation)),
    ),
  );
  router.get(
    '/threads/:person/:conversation/:ts',
    route(({ params: { person, conversation, ts } }) =>
      conversations.thread(String(person), String(conversation), String(ts)),
    ),
  );
  router.get(
    '/direct/:person',
    route(async ({ params }) => ({ id: await conversations.direct(String(params.person)) })),
  );
  router.get(
    '/home/:person',
    route(({ params }) => ({ view: views.homeOf(String(params.person)) })),
  );
  router.get(
    '/accounts/:id',
    route(({ params }) => clouds.fill(String(params.id))),
  );
  router.get('/files/:id', async ({ params }, response) => {
    const { type, content } = await slack.download(params.id);
    response.type(type).send(content);
  });
  router.post(
    '/home',
    route(({ body }) => interactions.openHome(Seat.parse(body))),
  );
  router.post(
    '/said',
    route(async ({ body }) => {
      await interactions.say(Said.parse(body));
      news.tell({ kind: 'messages' });
    }),
  );
  router.post(
    '/clicks',
    route(({ body }) => interactions.click(Clicked.parse(body))),
  );
  router.post(
    '/submissions',
    route(({ body }) => interactions.submit(Submitted.parse(body))),
  );
  router.post(
    '/closings',
    route(({ body }) => void views.close(z.object({ view: text }).parse(body).view)),
  );
  router.post(
    '/uploads',
    route(({ body }) => {
      const { name, content } = Uploaded.parse(body);
      return slack.upload(name, content);
    }),
  );
  router.post(
    '/fixes',
    route(({ body }) => fix(Place.parse(body))),
  );
  router.post(
    '/resets',
    route(() => clouds.reset()),
  );
  return router;
}
