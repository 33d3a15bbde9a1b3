import express, { type Router } from 'express';
import { z } from 'zod';
import { commands } from '../../src/chat/commands.ts';
import type { Conversations } from './conversations.ts';
import { createFix } from './fix.ts';
import type { Interactions } from './interactions.ts';
import type { createNews } from './news.ts';
import type { PlaygroundSettings } from './settings.ts';
import type { Views } from './views.ts';
import type { Workspace } from './wire.ts';

export type RouteDependencies = {
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
  blocks: z.array(z.record(z.string(), z.unknown())).optional(),
});
const Closed = z.object({ view: text });
const Submitted = Seat.extend({ view: text, state: State });
/** Slack takes larger files; key files are small. */
const Uploaded = z.object({ name: text, content: z.string().max(4_000_000) });
const Place = Seat.extend({ conversation: text, post: text });

type Read = (params: Readonly<Record<string, string>>) => unknown;
type Act = (body: unknown) => unknown;

/** What the page asks for and does. */
export function createRoutes(parts: RouteDependencies): Router {
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

  const reads: Readonly<Record<string, Read>> = {
    '/workspace': () => workspace,
    '/conversations/:person/:conversation': ({ person = '', conversation = '' }) =>
      conversations.read(person, conversation),
    '/threads/:person/:conversation/:ts': ({ person = '', conversation = '', ts = '' }) =>
      conversations.thread(person, conversation, ts),
    '/direct/:person': async ({ person = '' }) => ({ id: await conversations.direct(person) }),
    '/home/:person': ({ person = '' }) => ({ view: views.homeOf(person) }),
    '/accounts/:id': ({ id = '' }) => clouds.fill(id),
  };

  const acts: Readonly<Record<string, Act>> = {
    '/home': (body) => interactions.openHome(Seat.parse(body)),
    '/said': async (body) => {
      await interactions.say(Said.parse(body));
      news.tell({ kind: 'messages' });
    },
    '/clicks': (body) => interactions.click(Clicked.parse(body)),
    '/shortcuts': (body) => interactions.handOver(Place.parse(body)),
    '/submissions': (body) => interactions.submit(Submitted.parse(body)),
    '/closings': (body) => void views.close(Closed.parse(body).view),
    '/uploads': (body) => {
      const { name, content } = Uploaded.parse(body);
      return slack.upload(name, content);
    },
    '/fixes': (body) => fix(Place.parse(body)),
    '/resets': () => clouds.reset(),
  };

  for (const [path, read] of Object.entries(reads))
    router.get(path, async ({ params }, response) => {
      response.json((await read(params as Record<string, string>)) ?? {});
    });
  for (const [path, act] of Object.entries(acts))
    router.post(path, async ({ body }, response) => {
      response.json((await act(body)) ?? {});
    });
  router.get('/news/:page', ({ params }, response) => news.listen(params.page, response));
  router.get('/files/:id', async ({ params }, response) => {
    const { type, content } = await slack.download(params.id);
    response.type(type).send(content);
  });
  return router;
}
