import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startPlayground } from '../../../demo/playground/server.ts';
import type { LocalSlack } from '../../../demo/playground/settings.ts';
import type { Post, Workspace } from '../../../demo/playground/wire.ts';
import { signedHeaders } from '../../../simulations/slack/requests.ts';
import { type SlackWorkspace, startSlackWorkspace } from '../../../simulations/slack/workspace.ts';

const signingSecret = 'fake-signing-secret';

let workspace: SlackWorkspace;
let slack: LocalSlack;
beforeAll(async () => {
  workspace = await startSlackWorkspace();
  slack = {
    ...workspace,
    appId: 'A0XOAP',
    botUserId: 'U0XOAP',
    botName: 'xoap',
    people: [{ id: workspace.people.kim, name: 'kim', role: 'administrator' }],
    channels: [{ id: workspace.channelId, name: '#images' }],
  };
});
afterAll(() => workspace.close());

type Received = { readonly headers: Record<string, string>; readonly body: string };

/** A bot that keeps what it receives, and answers as the test says. */
let bot: Server;
let received: Received[];
let answer: { status: number; body?: string; never?: boolean };
let site: Awaited<ReturnType<typeof startPlayground>>;

beforeEach(async () => {
  received = [];
  answer = { status: 200 };
  bot = createServer(async (request, response) => {
    received.push({ headers: request.headers as Record<string, string>, body: await text(request) });
    if (!answer.never) response.writeHead(answer.status).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(bot, 'listening');
  site = await startPlayground({
    port: 0,
    slack,
    bot: {
      url: `http://127.0.0.1:${(bot.address() as AddressInfo).port}`,
      signingSecret,
      commandWord: '/xoap',
    },
    clouds: {
      accounts: [],
      fill: () => undefined,
      carryOut: () => ({ commands: [], printed: [] }),
      reset: () => undefined,
    },
  });
});
afterEach(async () => {
  await site.close();
  bot.closeAllConnections();
  bot.close();
});

const address = (path: string) => `${site.url}/api/${path}`;
const seat = () => ({ page: 'p', person: workspace.people.kim });

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(address(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json().catch(() => ({}))) as { problem?: string } };
}

const say = (said: string) => post('said', { ...seat(), conversation: workspace.channelId, text: said });

async function postsOf(person = workspace.people.kim): Promise<Post[]> {
  const response = await fetch(address(`conversations/${person}/${workspace.channelId}`));
  return (await response.json()) as Post[];
}

/** What a server answers to a request as it stands, with any Host header. */
async function raw(lines: string[]): Promise<string> {
  const socket = createConnection({ host: '127.0.0.1', port: Number(new URL(site.url).port) });
  socket.end(`${lines.join('\r\n')}\r\n\r\n`);
  return text(socket);
}

describe('who may reach the playground', () => {
  it('is whoever calls it by a name of this machine', async () => {
    const { host } = new URL(site.url);
    const asked = (name: string) =>
      raw(['GET /api/workspace HTTP/1.1', `Host: ${name}`, 'Connection: close']);

    expect(await asked(host)).toContain('HTTP/1.1 200');
    expect(await asked(host.replace('localhost', '127.0.0.1'))).toContain('HTTP/1.1 200');
    for (const name of [
      'evil.example.com',
      `evil.example.com:${host.split(':')[1]}`,
      'localhost',
      '[::1]:80',
    ])
      expect(await asked(name)).toContain('HTTP/1.1 403');
  });

  it('is no page of elsewhere', async () => {
    const own = await post('resets', {}, { origin: site.url });
    const other = await post('resets', {}, { origin: 'https://evil.example.com' });
    const opaque = await post('resets', {}, { origin: 'null' });

    expect([own.status, other.status, opaque.status]).toEqual([200, 403, 403]);
  });

  it('is nobody on another machine: it listens on one address of this one', async () => {
    // All of 127.0.0.0/8 is this machine, and whoever listens everywhere listens there too.
    const socket = createConnection({ host: '127.0.0.2', port: Number(new URL(site.url).port) });

    const [error] = await once(socket, 'error');
    expect(error).toBeInstanceOf(Error);
  });

  it('is shown by a page that loads nothing from elsewhere and is framed by nobody', async () => {
    const policy = (await fetch(site.url)).headers.get('content-security-policy');

    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('is nobody at all in production', async () => {
    process.env.NODE_ENV = 'production';
    try {
      const started = startPlayground({
        port: 0,
        slack,
        bot: { url: 'http://127.0.0.1:9', signingSecret, commandWord: '/xoap' },
        clouds: {
          accounts: [],
          fill: () => undefined,
          carryOut: () => ({ commands: [], printed: [] }),
          reset: () => undefined,
        },
      });
      await expect(started).rejects.toThrow('does not start with NODE_ENV=production');
    } finally {
      process.env.NODE_ENV = 'test';
    }
  });
});

describe('what the bot receives', () => {
  it('is signed as Slack signs it, with what was typed', async () => {
    expect((await say('/xoap connection verify <prod> & "more" 🚀')).status).toBe(200);

    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const timestamp = Number(headers['x-slack-request-timestamp']);
    const expected = signedHeaders(body, { secret: signingSecret, timestamp });
    expect(headers['x-slack-signature']).toBe(expected['x-slack-signature']);
    const fields = new URLSearchParams(body);
    expect(fields.get('command')).toBe('/xoap');
    expect(fields.get('text')).toBe('connection verify &lt;prod&gt; &amp; "more" 🚀');
    expect(fields.get('user_id')).toBe(workspace.people.kim);
    expect(fields.get('channel_name')).toBe('images');
  });

  it('is nothing for what is no command, which is said in the conversation', async () => {
    await say('good morning');
    const wrong = await say('/deploy now');

    expect(received).toEqual([]);
    expect((await postsOf()).at(-1)).toMatchObject({ text: 'good morning', personId: workspace.people.kim });
    expect(wrong).toEqual({
      status: 400,
      body: { problem: '/deploy is no command here. Commands begin with /xoap.' },
    });
  });
});

describe('what the person is told when the bot fails', () => {
  it.each([
    ['does not answer within three seconds', { status: 200, never: true }, 'operation_timeout'],
    ['answers with a fault', { status: 500 }, 'http_status_500'],
  ])('%s', async (_name, given, reason) => {
    answer = given;

    expect(await say('/xoap help')).toEqual({
      status: 400,
      body: { problem: `The bot failed with the error ${reason}. Try it again.` },
    });
  });

  it('is not there', async () => {
    bot.close();

    expect((await say('/xoap help')).body.problem).toContain('dispatch_failed');
  });
});

describe('private answers', () => {
  const respond = async (content: object, url = lastUrl()) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(content),
    });
    return response.status;
  };
  const lastUrl = () => {
    const fields = new URLSearchParams(received.at(-1)?.body);
    const payload = JSON.parse(fields.get('payload') ?? '{}') as { response_url?: string };
    return fields.get('response_url') ?? payload.response_url ?? '';
  };
  const privately = async () => (await postsOf()).filter(({ isPrivate }) => isPrivate);

  it('are seen by the person alone, and replaced or deleted when their buttons are clicked', async () => {
    await say('/xoap connection list');
    expect(await respond({ response_type: 'ephemeral', text: 'one page' })).toBe(200);
    const [first] = await privately();
    expect(first?.text).toBe('one page');

    const click = {
      ...seat(),
      conversation: workspace.channelId,
      post: first?.id,
      action: { type: 'button', action_id: 'list-more' },
    };
    await post('clicks', click);
    await respond({ replace_original: true, text: 'another page' });
    expect((await privately()).map(({ id, text: said }) => [id, said])).toEqual([
      [first?.id, 'another page'],
    ]);

    await respond({ delete_original: true });
    expect(await privately()).toEqual([]);
  });

  it('are public when the bot says so', async () => {
    await say('/xoap connection list');
    await respond({ response_type: 'in_channel', text: 'for all to read' });

    expect((await postsOf()).at(-1)).toMatchObject({ text: 'for all to read', isPrivate: false });
  });

  it('are what a command was acknowledged with', async () => {
    answer = { status: 200, body: JSON.stringify({ response_type: 'ephemeral', text: 'Redis is away.' }) };
    await say('/xoap help');

    expect((await privately()).at(-1)?.text).toBe('Redis is away.');
  });

  it('are not taken under an address that was never given out', async () => {
    expect(
      await respond({ text: 'x' }, `${site.url.replace('localhost', '127.0.0.1')}/responses/guessed`),
    ).toBe(404);
  });
});

describe('what cannot be', () => {
  it('is refused in a sentence, and nothing is sent', async () => {
    const nobody = await post('said', { page: 'p', person: 'U0', conversation: 'C0', text: '/xoap help' });
    const empty = await say('   ');
    const closed = await post('submissions', { ...seat(), view: 'V0', state: {} });
    const unreadable = await fetch(address('said'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });

    expect(nobody.status).toBe(400);
    expect(empty.body.problem).toContain('could not be read');
    expect(closed.body.problem).toBe('This form was closed. Type the command again.');
    expect(unreadable.status).toBe(400);
    expect(received).toEqual([]);
  });

  it('is said of a thread without a fix', async () => {
    await say('a message');
    const { id: ts } = (await postsOf()).at(-1) as Post;

    const { body } = await post('fixes', { ...seat(), conversation: workspace.channelId, post: ts });

    expect(body.problem).toBe('This thread holds no fix that a command could carry out.');
  });
});

it('offers every command of the bot', async () => {
  const { commands } = (await (await fetch(address('workspace'))).json()) as Workspace;

  expect(commands.map(({ words }) => words)).toContain('report schedule');
});
