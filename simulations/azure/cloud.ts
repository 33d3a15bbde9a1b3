import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeJwt, jwtVerify } from 'jose';
import { loopbackCertificate } from '../tls.ts';
import type { Issuers } from '../token-judge.ts';
import type { Directory } from './directory.ts';
import { answerToken, metadataOf, type Reply } from './entra.ts';
import { answerResourceManager, type Caller, errorReply } from './resource-manager.ts';

/** What goes wrong on purpose, by the last part of a path; each is told as often as it stands here. */
export type Trouble =
  | 'throttled'
  | 'unavailable'
  | 'hangs'
  | 'truncated'
  | 'nonsense'
  | 'forbidden'
  | { readonly [Where in 'nextLink' | 'location']?: string };

export type AzureCloud = {
  readonly url: string;
  readonly directory: Directory;
  /** The issuers that can be reached from there. */
  readonly issuers: Issuers;
  /** The tokens that were shown in place of secrets. */
  readonly tokens: string[];
  /** The last part of the path of each call that arrived, with when it came and when it was answered. */
  readonly calls: { readonly what: string; readonly came: number; ended: number; readonly agent: string }[];
  /** Calls that would have changed something; must stay empty. */
  readonly faults: string[];
  trouble: Map<string, Trouble[]>;
  /** Milliseconds every answer is held back. */
  delayMs: number;
  close(): Promise<void>;
};

/** Starts a local Entra ID and Azure Resource Manager on one https address of loopback. */
export async function startAzureCloud(
  directory: Directory,
  issuers: Issuers = new Map(),
): Promise<AzureCloud> {
  const { key: tlsKey, cert } = await loopbackCertificate();
  const server = createServer({ key: tlsKey, cert }, (request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const key = randomBytes(32);
  const cloud: AzureCloud = {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    directory,
    issuers,
    tokens: [],
    calls: [],
    faults: [],
    trouble: new Map(),
    delayMs: 0,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', cloud.url);
    const what = path.split('/').at(-1)?.toLowerCase() ?? '';
    const agent = String(request.headers['user-agent'] ?? '');
    const call = { what, came: performance.now(), ended: 0, agent };
    cloud.calls.push(call);
    if (cloud.delayMs > 0) await wait(cloud.delayMs);
    const trouble = cloud.trouble.get(/^5[0-9a-f-]{35}$/.test(what) ? 'subscription' : what)?.shift();
    if (trouble === 'hangs') return;
    const reply = troubled(trouble, await answer(request, { path, query, body }));
    const text = JSON.stringify(reply.body);
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers });
    response.end(trouble === 'truncated' ? text.slice(0, text.length / 2) : text);
    call.ended = performance.now();
  }

  function troubled(trouble: Trouble | undefined, reply: Reply): Reply {
    if (trouble === 'throttled') {
      const text = 'The request was throttled.';
      return { ...errorReply(429, 'TooManyRequests', text), headers: { 'retry-after': '7' } };
    }
    if (trouble === 'unavailable')
      return errorReply(503, 'ServerTimeout', 'The request timed out. Try again.');
    if (trouble === 'forbidden')
      return errorReply(403, 'AuthorizationFailed', 'The client does not have authorization.');
    if (trouble === 'nonsense') return { status: 200, body: { value: 'none' } };
    if (typeof trouble !== 'object') return reply;
    const { nextLink, location } = trouble;
    if (location) return { status: 307, body: {}, headers: { location } };
    return { ...reply, body: { ...(reply.body as object), nextLink } };
  }

  async function answer(
    request: IncomingMessage,
    { path, query, body }: { path: string; query: URLSearchParams; body: string },
  ): Promise<Reply> {
    const tenantId = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(path)?.[1];
    if (tenantId && request.method === 'POST') {
      const form = new URLSearchParams(body);
      const assertion = form.get('client_assertion');
      if (assertion) cloud.tokens.push(assertion);
      return answerToken(directory, tenantId, { form, key, issuers });
    }
    const asked = /^\/([^/]+)\/v2\.0\/\.well-known\/openid-configuration$/.exec(path)?.[1];
    if (asked) return { status: 200, body: metadataOf(`${cloud.url}/${asked}`) };
    if (request.method !== 'GET') {
      cloud.faults.push(`${request.method} ${path}`);
      return errorReply(405, 'MethodNotAllowed', 'Only reading is expected here.');
    }
    const caller = await callerOf(request);
    if (!caller) return errorReply(401, 'AuthenticationFailed', 'Authentication failed.');
    return answerResourceManager(directory, { path, query, caller, url: cloud.url });
  }

  async function callerOf(request: IncomingMessage): Promise<Caller | undefined> {
    const token = String(request.headers.authorization ?? '').replace(/^Bearer /, '');
    try {
      await jwtVerify(token, key);
    } catch {
      return undefined;
    }
    const { oid, tid, appid } = decodeJwt(token);
    return { objectId: String(oid), tenantId: String(tid), clientId: String(appid) };
  }

  return cloud;
}
