import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';

// emulate has no Socket Mode, so this is Slack's end of the socket, as far as the documentation describes it:
// https://docs.slack.dev/apis/events-api/using-socket-mode

let server: WebSocketServer;
let socket: WebSocket;
let bot: TestBot;
const acknowledged: string[] = [];

beforeAll(async () => {
  server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (connection) => {
    socket = connection;
    connection.on('message', (data) => acknowledged.push(JSON.parse(String(data)).envelope_id));
    connection.send(JSON.stringify({ type: 'hello', num_connections: 1 }));
  });
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  bot = await startTestBot({
    environment: {
      SLACK_SIGNING_SECRET: '',
      SLACK_APP_TOKEN: 'xapp-fake',
      TEAMS_CLIENT_ID: '',
      TEAMS_ALLOWED_TENANTS: '',
      TEAMS_TEST_ISSUER: '',
    },
    extraMethods: { 'apps.connections.open': { ok: true, url } },
  });
});
afterAll(async () => {
  await bot.close();
  server.close();
});

it('opens the form for a command that comes through the socket', async () => {
  const body = Object.fromEntries(new URLSearchParams(await bot.person.commandBody('connection add aws')));

  socket.send(
    JSON.stringify({
      type: 'slash_commands',
      envelope_id: 'envelope-1',
      payload: body,
      accepts_response_payload: true,
    }),
  );

  const view = await bot.person.viewAfter(1);
  expect(view.title.text).toBe('Add a connection');
  await until('the acknowledgement', () => acknowledged.includes('envelope-1'));
});

it('tells of its health on a port of its own, and of nothing else', async () => {
  const line = bot.logs.map((text) => JSON.parse(text)).find(({ msg }) => msg === 'the bot is ready');
  const at = (path: string) => fetch(`http://127.0.0.1:${line.port}${path}`);

  expect((await at('/livez')).status).toBe(200);
  expect((await at('/readyz')).status).toBe(200);
  expect((await at('/slack/events')).status).toBe(404);
});
