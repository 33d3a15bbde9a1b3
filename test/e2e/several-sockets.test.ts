import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { awsValues, idle, rootWith } from '../support/scenario.ts';
import { createWorkers } from '../support/worker-process.ts';

// Two bots in Socket Mode, each with a connection of its own. Slack sends each request through one of them, whichever:
// https://docs.slack.dev/apis/events-api/using-socket-mode#multiple-connections

let redis: Awaited<ReturnType<typeof startRedisChild>>;
let server: WebSocketServer;
let bot: TestBot;
const sockets: WebSocket[] = [];
const acknowledged = new Map<string, number[]>();
const answers = new Map<string, unknown>();
const processes = createWorkers(() => bot);

beforeAll(async () => {
  redis = await startRedisChild();
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    const index = sockets.push(socket) - 1;
    socket.on('message', (data) => {
      const { envelope_id: id, payload } = JSON.parse(String(data));
      acknowledged.set(id, [...(acknowledged.get(id) ?? []), index]);
      answers.set(id, payload);
    });
    socket.send(JSON.stringify({ type: 'hello', num_connections: sockets.length }));
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bot = await startTestBot({
    redisUrl: redis.url,
    environment: {
      XOAP_PROCESS: 'bot',
      SLACK_SIGNING_SECRET: '',
      SLACK_APP_TOKEN: 'xapp-fake',
      TEAMS_CLIENT_ID: '',
      TEAMS_ALLOWED_TENANTS: '',
      TEAMS_TEST_ISSUER: '',
    },
    extraMethods: { 'apps.connections.open': { ok: true, url } },
  });
  const settings = { XOAP_PROCESS: 'bot' };
  await Promise.all([processes.start(), processes.start({ settings, ready: 'the bot is ready' })]);
  await until('both connections', () => sockets.length === 2);
});
afterAll(async () => {
  await processes.endAll();
  await bot.close();
  server.close();
  await redis.close();
});

/** Has Slack send something through a connection; resolves once it is acknowledged, to what came with that. */
async function send(
  index: number,
  envelope: { id: string; type: string; payload: unknown },
): Promise<unknown> {
  const { id: envelope_id, ...rest } = envelope;
  sockets[index]?.send(JSON.stringify({ ...rest, envelope_id, accepts_response_payload: true }));
  await until(`the acknowledgement of ${envelope_id}`, () => acknowledged.has(envelope_id));
  return answers.get(envelope_id);
}

async function add(name: string, [opens, takes]: readonly [number, number]): Promise<void> {
  const draws = bot.person.draws();
  const command = Object.fromEntries(new URLSearchParams(await bot.person.commandBody('connection add aws')));
  await send(opens, { id: `${name}-command`, type: 'slash_commands', payload: command });
  const view = await bot.person.viewAfter(draws + 1);
  const payload = bot.person.submission(view, awsValues('complete', name));
  expect(await send(takes, { id: `${name}-form`, type: 'interactive', payload })).toEqual({});
  await rootWith(bot, new RegExp(`${name} can build`));
}

it('a form that one opens is taken by the other, and all is answered once', async () => {
  await add('one', [0, 1]);
  await add('two', [1, 0]);
  await idle(bot);
  const roots = await bot.workspace.roots(bot.workspace.channelId);
  for (const name of ['one', 'two']) expect(roots.filter(({ text }) => text.includes(name))).toHaveLength(1);
  // By the one that it was sent to, and by no other.
  expect(acknowledged.get('one-command')).toEqual([0]);
  expect(acknowledged.get('one-form')).toEqual([1]);
});

it('the other one serves everybody once one has ended', async () => {
  await bot.app.close();
  await add('alone', [1, 1]);
});
