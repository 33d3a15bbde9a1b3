import { once } from 'node:events';
import { createServer, type IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { cardProblems } from './card-checker.ts';

export const clientId = '00000000-0000-4000-8000-00000000b071';
export const tenantId = '00000000-0000-4000-8000-0000000007e4';
export const botId = `28:${clientId}`;

type Json = Record<string, unknown>;
export type TeamsPost = {
  readonly id: string;
  conversationId: string;
  activity: Json;
  card: Json;
  updates: number;
};
type Refusal = {
  readonly status: number;
  readonly code?: string;
  readonly retryAfter?: number;
  /** The end of the path of the calls that it is for; any where absent. */
  readonly at?: string;
};
/** What the local Teams does instead: refuses, or does what it was asked and loses the answer. */
type Trouble = Refusal | 'loses';

export type TokenOptions = {
  readonly audience?: string;
  readonly issuer?: string;
  readonly serviceUrl?: string;
  /** Seconds from now. */
  readonly expiresIn?: number;
  /** Signed with a key that the issuer does not publish. */
  readonly isForged?: boolean;
  /** The id of the key in the token, whatever signed it. */
  readonly kid?: string;
};

async function readBody(request: IncomingMessage): Promise<Json> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}') as Json;
}

/**
 * A local Bot Connector with the OpenID provider that signs its requests, as Microsoft documents them:
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference and
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
 * Channels have threads; a message of a channel's base id begins one. Error codes of posts are as documented; which
 * statuses a blocked bot gets differs between pages, so tests name them.
 */
export async function startTeamsTenant() {
  const [signing, forged] = await Promise.all([generateKeyPair('RS256'), generateKeyPair('RS256')]);
  const jwk = { ...(await exportJWK(signing.publicKey)), kid: 'test-key', use: 'sig', alg: 'RS256' };
  const posts: TeamsPost[] = [];
  const calls: {
    readonly method: string;
    readonly path: string;
    readonly at: number;
    readonly token: string;
  }[] = [];
  const problems: string[] = [];
  const trouble: Trouble[] = [];
  const members = new Map<string, string>();
  let newest = 1_700_000_000_000;

  const answer = (response: ServerResponse, status: number, body: Json, headers = {}) =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));
  const refuse = (response: ServerResponse, { status, code = 'Unknown', retryAfter }: Refusal) =>
    answer(
      response,
      status,
      { error: { code, message: code } },
      retryAfter ? { 'retry-after': retryAfter } : {},
    );

  function cardOf(activity: Json): Json {
    const [attachment] = (activity.attachments ?? []) as { content: Json }[];
    const card = attachment?.content ?? {};
    problems.push(...cardProblems(card));
    if (!activity.summary) problems.push('a message without a summary');
    return card;
  }

  function take(response: ServerResponse, conversationId: string, activity: Json): void {
    newest += 1;
    const id = String(newest);
    const isRoot = conversationId.includes('@thread.tacv2') && !conversationId.includes(';messageid=');
    const where = isRoot ? `${conversationId};messageid=${id}` : conversationId;
    posts.push({ id, conversationId: where, activity, card: cardOf(activity), updates: 0 });
    answer(response, 201, { id });
  }

  function change(response: ServerResponse, id: string, activity: Json): void {
    const post = posts.find((each) => each.id === id);
    if (!post) {
      refuse(response, { status: 404, code: 'ActivityNotFoundInConversation' });
      return;
    }
    post.activity = activity;
    post.card = cardOf(activity);
    post.updates += 1;
    answer(response, 200, { id });
  }

  function serve(
    response: ServerResponse,
    { method, path, body }: { method: string; path: string; body: Json },
  ) {
    if (path === '/emea/v3/conversations') {
      const [member] = (body.members ?? []) as { id: string }[];
      return answer(response, 201, { id: `a:direct-${member?.id}` });
    }
    const [, member] = /^\/emea\/v3\/conversations\/[^/]+\/members\/([^/]+)$/.exec(path) ?? [];
    if (member) {
      const known = members.get(member);
      return known
        ? answer(response, 200, { id: `29:${member}`, aadObjectId: member, name: known })
        : refuse(response, { status: 404, code: 'MemberNotFoundInConversation' });
    }
    const [, conversationId = '', activityId] =
      /^\/emea\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/.exec(path) ?? [];
    if (!conversationId) return refuse(response, { status: 404, code: 'BadPath' });
    if (method === 'PUT' && activityId) return change(response, activityId, body);
    return take(response, conversationId, body);
  }

  const keysAsked: number[] = [];
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    if (path.endsWith('/.well-known/keys')) {
      keysAsked.push(Date.now());
      return answer(response, 200, { keys: [jwk] });
    }
    const body = await readBody(request);
    if (tenant.isAway) return void response.destroy();
    const { method = '', headers } = request;
    calls.push({ method, path, at: Date.now(), token: headers.authorization ?? '' });
    if (!headers.authorization?.startsWith('Bearer '))
      return refuse(response, { status: 401, code: 'Unauthorized' });
    const next = trouble.findIndex((each) => each === 'loses' || path.endsWith(each.at ?? ''));
    const [fault] = next < 0 ? [] : trouble.splice(next, 1);
    if (fault === 'loses') {
      serve(new ServerResponse(request), { method, path, body });
      return void response.destroy();
    }
    return fault ? refuse(response, fault) : serve(response, { method, path, body });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const serviceUrl = `${url}/emea/`;

  const tenant = {
    /** Whether Teams does not answer the bot at all. */
    isAway: false,
    issuerUrl: url,
    serviceUrl,
    tenantId,
    posts,
    calls,
    /** What Teams would have refused or shown badly; must stay empty. */
    problems,
    /** Answers the next calls with trouble. */
    trouble,
    /** When somebody asked for the keys that tokens are signed with. */
    keysAsked,
    /** Names of the members of every conversation, by their ids. */
    members,
    /** A token as the Bot Connector sends it. */
    async token(options: TokenOptions = {}): Promise<string> {
      const {
        audience = clientId,
        issuer = 'https://api.botframework.com',
        expiresIn = 600,
        isForged,
        kid = 'test-key',
      } = options;
      const now = Math.floor(Date.now() / 1_000);
      return new SignJWT({ serviceurl: options.serviceUrl ?? serviceUrl })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now - 1_200)
        .setNotBefore(now - 1_200)
        .setExpirationTime(now + expiresIn)
        .sign((isForged ? forged : signing).privateKey);
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return tenant;
}
export type TeamsTenant = Awaited<ReturnType<typeof startTeamsTenant>>;
