import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEmulator } from 'emulate';
import { freePort } from '../free-port.ts';
import { messageProblems, viewProblems } from './block-kit-checker.ts';
import { createSlackFiles, type UploadOptions } from './files.ts';
import { bearer, botToken, seed, tokenOf, userToken } from './seed.ts';

type Json = Record<string, unknown>;
type ApiCall = {
  readonly method: string;
  readonly body: Json;
  readonly at: number;
  /** What Slack answered, once it has. */
  answer?: Json;
};
/**
 * What the local Slack does instead: answers with an error, another status or a rate limit in seconds, passes on, never
 * answers, or does what it was asked and loses the answer.
 */
type ApiTrouble =
  | { readonly error: string }
  | { readonly status: number }
  | { readonly retryAfter: number }
  | 'passes'
  | 'hangs'
  | 'loses';

export type SlackWorkspace = {
  readonly apiUrl: string;
  readonly teamId: string;
  /** Ids of people by name. */
  readonly people: Readonly<Record<'kim' | 'lee', string>>;
  readonly channelId: string;
  readonly reportsChannelId: string;
  /** Every call the bot made. */
  readonly calls: ApiCall[];
  /** What real Slack would have refused of it; must stay empty. */
  readonly problems: string[];
  /** Answers the next calls of a method with trouble. */
  readonly trouble: Map<string, ApiTrouble[]>;
  /** Whether Slack does not answer the bot at all. */
  isAway: boolean;
  /** The scopes that Slack says the bot's token has; it says nothing while there are none. */
  readonly granted: string[];
  /** Calls a method of Slack, for what its own clients do. */
  call(method: string, body: Json): Promise<Json>;
  /** The same as a person by id, or as the bot. */
  callAs(who: string, method: string, body: Json): Promise<Json>;
  /** Hands on every call of the bot that was done, also where its answer was lost. */
  onCall(listener: (call: ApiCall) => void): void;
  /** What a file holds that somebody shared in a conversation. */
  download(fileId: string): Promise<{ readonly type: string; readonly content: Buffer }>;
  /** The root messages of a conversation, oldest first. */
  roots(channel: string): Promise<SlackPost[]>;
  /** The replies under a root message, oldest first. */
  thread(channel: string, ts: string): Promise<SlackPost[]>;
  close(): Promise<void>;
  /** Keeps a file as if somebody had uploaded it in a form; returns what the form then says of it. */
  upload(name: string, content: string, more?: UploadOptions): Json;
};

export type SlackPost = { readonly ts: string; readonly text: string; readonly blocks: Json[] };

async function readBody(request: IncomingMessage): Promise<{ raw: Buffer; body: Json }> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  const text = raw.toString();
  if (request.headers['content-type']?.includes('json'))
    return { raw, body: JSON.parse(text || '{}') as Json };
  const fields = Object.fromEntries(new URLSearchParams(text));
  const parsed = Object.entries(fields).map(([name, value]) => [
    name,
    /^[[{]/.test(value) ? JSON.parse(value) : value,
  ]);
  return { raw, body: Object.fromEntries(parsed) as Json };
}

async function answerWithTrouble(
  response: ServerResponse,
  fault: Exclude<ApiTrouble, 'passes'>,
  doIt: () => Promise<unknown>,
): Promise<void> {
  if (fault === 'hangs') return;
  if (fault === 'loses') {
    await doIt();
    return void response.destroy();
  }
  if ('status' in fault) return void response.writeHead(fault.status).end();
  const limited = 'retryAfter' in fault;
  const headers = limited ? { 'retry-after': String(fault.retryAfter) } : {};
  response.writeHead(limited ? 429 : 200, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ ok: false, error: limited ? 'ratelimited' : fault.error }));
}

/** A connection that is kept is closed by the server while the next call is under way, once in a while. */
const unkept = { connection: 'close' };

function problemsOf(method: string, body: Json): string[] {
  if (method === 'chat.postMessage' || method === 'chat.update') return messageProblems(body);
  return method.startsWith('views.') ? viewProblems(body.view as Json) : [];
}

/** Lets emulate answer, and returns what it answered. */
async function pass(
  { url, method, headers }: IncomingMessage,
  response: ServerResponse | undefined,
  { raw, to, granted, isOurs }: { raw: Buffer; to: string; granted: readonly string[]; isOurs: boolean },
): Promise<Json> {
  const answer = await fetch(`${to}${url}`, {
    method: method ?? 'POST',
    headers: {
      ...unkept,
      'content-type': String(headers['content-type'] ?? 'application/json'),
      ...(headers.authorization && { authorization: isOurs ? bearer(botToken) : headers.authorization }),
    },
    body: raw,
  });
  const text = await answer.text();
  // Slack names the scopes of the token with every answer: https://docs.slack.dev/authentication/#scopes
  const ofToken = granted.length > 0 ? { 'x-oauth-scopes': granted.join(',') } : {};
  response?.writeHead(answer.status, { 'content-type': 'application/json', ...ofToken }).end(text);
  return JSON.parse(text) as Json;
}

/**
 * Starts a local Slack: emulate's Web API behind a small proxy that holds everything the bot sends against Slack's
 * documented limits, which emulate does not, and answers with rate limits and membership errors when told to.
 */
export async function startSlackWorkspace(
  extraMethods: Record<string, Json> = {},
  named?: { readonly teamId: string },
): Promise<SlackWorkspace> {
  const emulator = await createEmulator({ service: 'slack', port: await freePort(), seed: seed() });
  const calls: ApiCall[] = [];
  const problems: string[] = [];
  const trouble = new Map<string, ApiTrouble[]>();
  const listeners: ((call: ApiCall) => void)[] = [];
  const granted: string[] = [];

  const files = createSlackFiles(botToken);
  /** Keeps what the bot calls, with what Slack would refuse of it; returns the trouble that it is to meet. */
  function keep(call: ApiCall): ApiTrouble | undefined {
    calls.push(call);
    problems.push(...problemsOf(call.method, call.body).map((problem) => `${call.method}: ${problem}`));
    return trouble.get(call.method)?.shift();
  }

  function tell(call: ApiCall): void {
    for (const listener of listeners) listener(call);
  }

  const proxy: Server = createServer(async (request, response) => {
    // A page elsewhere could reach it by a name of its own that leads here.
    if (request.headers.host !== new URL(apiUrl).host) return void response.writeHead(403).end();
    if (files.isFile(request)) return files.serve(request, response);
    const { raw, body } = await readBody(request);
    const method = (request.url ?? '').replace(/^\/api\//, '');
    const isOurs = request.headers.authorization === `Bearer ${botToken}`;
    if (extraMethods[method]) return void response.end(JSON.stringify(extraMethods[method]));
    if (isOurs && slack.isAway) return void response.destroy();
    const call: ApiCall = { method, body, at: Date.now() };
    const fault = isOurs ? keep(call) : undefined;
    const forward = async (answered: ServerResponse | undefined) => {
      call.answer = await pass(request, answered, { raw, to: emulator.url, granted, isOurs });
      if (isOurs) tell(call);
    };
    if (fault && fault !== 'passes') return answerWithTrouble(response, fault, () => forward(undefined));
    await forward(response);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const apiUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/api/`;

  async function as(token: string, method: string, body: Json): Promise<Json> {
    const answer = await fetch(`${emulator.url}/api/${method}`, {
      method: 'POST',
      headers: { ...unkept, 'content-type': 'application/json', authorization: bearer(token) },
      body: JSON.stringify(body),
    });
    const result = (await answer.json()) as Json;
    if (!result.ok) throw new Error(`${method}: ${String(result.error)}`);
    return result;
  }

  const members = (await as(userToken, 'users.list', {})).members as { id: string; name: string }[];
  const channels = (await as(userToken, 'conversations.list', {})).channels as { id: string; name: string }[];
  const idOf = (list: { id: string; name: string }[], name: string) =>
    list.find((entry) => entry.name === name)?.id ?? '';
  const { team_id: teamId } = await as(botToken, 'auth.test', {});
  const tokenFor = (who: string) =>
    who === 'bot' ? botToken : tokenOf(members.find(({ id }) => id === who)?.name ?? '');
  const replies = async (channel: string, ts: string) =>
    (await as(userToken, 'conversations.replies', { channel, ts })).messages as (SlackPost & {
      thread_ts?: string;
    })[];

  const slack: SlackWorkspace = {
    apiUrl,
    isAway: false,
    // All workspaces of emulate have one id.
    teamId: named?.teamId ?? String(teamId),
    people: { kim: idOf(members, 'kim'), lee: idOf(members, 'lee') },
    channelId: idOf(channels, 'images'),
    reportsChannelId: idOf(channels, 'reports'),
    calls,
    problems,
    trouble,
    granted,
    call: (method, body) =>
      as(/^views\.|^conversations\.open/.test(method) ? botToken : userToken, method, body),
    callAs: (who, method, body) => as(tokenFor(who), method, body),
    onCall: (listener) => void listeners.push(listener),
    async download(fileId) {
      const { file } = await as(userToken, 'files.info', { file: fileId });
      const { url_private: url, mimetype: type } = file as { url_private: string; mimetype: string };
      const { pathname } = new URL(url);
      const answer = await fetch(new URL(pathname, emulator.url), {
        headers: { ...unkept, authorization: bearer(userToken) },
      });
      return { type, content: Buffer.from(await answer.arrayBuffer()) };
    },
    upload: (name, content, more) => files.upload(apiUrl, name, content, more),
    async roots(channel) {
      const history = await as(userToken, 'conversations.history', { channel });
      const messages = history.messages as (SlackPost & { thread_ts?: string })[];
      return messages.filter(({ ts, thread_ts }) => !thread_ts || thread_ts === ts).reverse();
    },
    async thread(channel, ts) {
      return (await replies(channel, ts)).filter((message) => message.ts !== ts);
    },
    async close() {
      proxy.closeAllConnections();
      proxy.close();
      await emulator.close();
    },
  };
  return slack;
}
