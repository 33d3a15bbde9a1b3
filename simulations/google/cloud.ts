import { createPublicKey, type KeyObject, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { Issuers } from '../token-judge.ts';
import { answerApi, errorReply, type Reply } from './apis.ts';
import type { Directory, ServiceAccount } from './directory.ts';
import { exchange, type Federated, impersonate } from './federation.ts';

/** What goes wrong on purpose, by the last part of a path; each is told as often as it stands here. */
type Trouble = 'throttled' | 'unavailable' | 'hangs' | 'truncated';

export type GoogleCloud = {
  readonly url: string;
  readonly directory: Directory;
  /** The issuers that can be reached from there. */
  readonly issuers: Issuers;
  /** The tokens that were shown in place of keys. */
  readonly shown: string[];
  readonly calls: { readonly what: string; readonly came: number; ended: number; readonly body: string }[];
  /** Calls that would have changed something; must stay empty. */
  readonly faults: string[];
  trouble: Map<string, Trouble[]>;
  /** Answers to give in place of its own, by the last part of a path. */
  readonly answers: Map<string, Reply[]>;
  /** Milliseconds every answer is held back. */
  delayMs: number;
  /** Milliseconds that the clock of this cloud is ahead. */
  clockOffsetMs: number;
  close(): Promise<void>;
};

const tokenAudience = 'https://oauth2.googleapis.com/token';
const asking = /([:/]testIamPermissions|:getIamPolicy|^\/token)$/;

/** Starts a local Google on loopback: the token endpoint and the APIs that a verification asks, on one address. */
export async function startGoogleCloud(
  directory: Directory,
  publicKeyPem: string,
  issuers: Issuers = new Map(),
): Promise<GoogleCloud> {
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const publicKey: KeyObject = createPublicKey(publicKeyPem);
  const tokens = new Map<string, ServiceAccount>();
  const federated: Federated = new Map();
  const cloud: GoogleCloud = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    directory,
    issuers,
    shown: [],
    calls: [],
    faults: [],
    trouble: new Map(),
    answers: new Map(),
    delayMs: 0,
    clockOffsetMs: 0,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const url = new URL(request.url ?? '/', cloud.url);
    const what = url.pathname.split(/[/:]/).at(-1) ?? '';
    const call = { what, came: performance.now(), ended: 0, body };
    cloud.calls.push(call);
    if (cloud.delayMs > 0) await wait(cloud.delayMs);
    const trouble = cloud.trouble.get(what)?.shift();
    if (trouble === 'hangs') return;
    const reply = cloud.answers.get(what)?.shift() ?? troubled(trouble) ?? (await answer(request, url, body));
    const text = JSON.stringify(reply.body);
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=UTF-8' });
    response.end(trouble === 'truncated' ? text.slice(0, text.length / 2) : text);
    call.ended = performance.now();
  }

  function troubled(trouble: Trouble | undefined): Reply | undefined {
    if (trouble === 'throttled')
      return errorReply(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for quota metric.');
    return trouble === 'unavailable'
      ? errorReply(503, 'UNAVAILABLE', 'The service is currently unavailable.')
      : undefined;
  }

  async function answer(request: IncomingMessage, url: URL, body: string): Promise<Reply> {
    if (url.pathname === '/token') return token(new URLSearchParams(body).get('assertion') ?? '');
    if (url.pathname === '/v1/token') return exchanged(new URLSearchParams(body));
    if (url.pathname.endsWith(':generateAccessToken')) return impersonated(request, url);
    if (request.method !== 'GET' && !asking.test(url.pathname)) {
      cloud.faults.push(`${request.method} ${url.pathname}`);
      return errorReply(403, 'PERMISSION_DENIED', 'Only asking is expected here.');
    }
    const bearer = String(request.headers.authorization ?? '').replace(/^Bearer /, '');
    const caller = tokens.get(bearer) ?? (await selfSigned(bearer));
    if (!caller) return errorReply(401, 'UNAUTHENTICATED', 'Request had invalid authentication credentials.');
    return answerApi(directory, { url, body, caller });
  }

  function exchanged(form: URLSearchParams): Promise<Reply> {
    cloud.shown.push(form.get('subject_token') ?? '');
    const now = new Date(Date.now() + cloud.clockOffsetMs);
    return exchange(directory, form, { issuers, federated, now });
  }

  function impersonated(request: IncomingMessage, { pathname: path }: URL): Reply {
    const bearer = String(request.headers.authorization ?? '').replace(/^Bearer /, '');
    const { reply, account, token: made } = impersonate(directory, { path, bearer, federated });
    if (account && made) tokens.set(made, account);
    return reply;
  }

  function refusal(description: string, error = 'invalid_grant', status = 400): Reply {
    return { status, body: { error, error_description: description } };
  }

  /** https://developers.google.com/identity/protocols/oauth2/service-account#error-codes */
  async function token(assertion: string): Promise<Reply> {
    const { iss, aud, iat = 0, exp = 0 } = decodeJwt(assertion);
    const account = directory.accounts.find(({ email }) => email === iss);
    if (!account) return refusal('Invalid grant: account not found');
    if (account.disabled) return refusal('The OAuth client was disabled.', 'disabled_client', 401);
    if (!(await isSignedBy(assertion, account))) return refusal('Invalid JWT Signature.');
    const now = (Date.now() + cloud.clockOffsetMs) / 1000;
    if (aud !== tokenAudience) return refusal('Invalid JWT: Failed audience check.');
    if (exp - iat > 3_600 || iat > now + 300 || exp < now) {
      return refusal(
        'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
      );
    }
    const access = `ya29.fake-${randomUUID()}`;
    tokens.set(access, account);
    return { status: 200, body: { access_token: access, expires_in: 3_599, token_type: 'Bearer' } };
  }

  async function isSignedBy(jwt: string, { keyId }: ServiceAccount): Promise<boolean> {
    // The library names no key when it asks for a token; Google then tries all that the account has.
    const { kid = keyId } = decodeProtectedHeader(jwt);
    const verified = await jwtVerify(jwt, publicKey, { clockTolerance: 1_000_000 }).then(
      () => true,
      () => false,
    );
    return verified && keyId !== undefined && kid === keyId;
  }

  /** Client libraries call APIs with a token of their own making: https://google.aip.dev/auth/4111 */
  async function selfSigned(jwt: string): Promise<ServiceAccount | undefined> {
    try {
      const account = directory.accounts.find(({ email }) => email === decodeJwt(jwt).iss);
      return account && (await isSignedBy(jwt, account)) ? account : undefined;
    } catch {
      return undefined;
    }
  }

  return cloud;
}
