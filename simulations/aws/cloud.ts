import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Issuers } from '../token-judge.ts';
import type { AccessKey, Account, Principal } from './account.ts';
import { answerEc2, type Call } from './ec2.ts';
import { answerIam } from './iam.ts';
import { readSignature, type Scope, type SignedRequest } from './signature.ts';
import { answerSts, assumeWithToken } from './sts.ts';
import { ec2Error, queryError, type Reply } from './xml.ts';

/** What goes wrong on purpose, by action name; each is told as often as it stands here. */
type Trouble = 'passes' | 'throttled' | 'unavailable' | 'hangs' | 'truncated' | 'not-honoured';

export type AwsCloud = {
  readonly url: string;
  readonly accounts: Account[];
  /** The issuers that can be reached from there. */
  readonly issuers: Issuers;
  /** The tokens that were shown, good ones and others. */
  readonly tokens: string[];
  /** Each call that arrived: service, action, region, and the user agent. */
  readonly calls: { service: string; action: string; region: string; dryRun: boolean; userAgent: string }[];
  /** Calls that would have changed something; must stay empty. */
  readonly faults: string[];
  /** The most dry runs that were under way at the same time. */
  mostAtOnce: number;
  /** Milliseconds every answer is held back. */
  delayMs: number;
  trouble: Map<string, Trouble[]>;
  /** Milliseconds that the clock of this cloud is ahead. */
  clockOffsetMs: number;
  /** The principal that holds an access key. */
  holder(keyId: string): Principal;
  close(): Promise<void>;
};

/** Starts a local AWS on loopback that speaks the EC2, STS and IAM query protocols to the real SDK. */
export async function startAwsCloud(accounts: Account[], issuers: Issuers = new Map()): Promise<AwsCloud> {
  const server = createServer((request, response) => void serve(request, response));
  // Longer than a throttled caller waits: else it may reuse a connection in the moment it is closed.
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  let underWay = 0;
  const cloud: AwsCloud = {
    url: `http://127.0.0.1:${port}`,
    accounts,
    issuers,
    tokens: [],
    calls: [],
    faults: [],
    mostAtOnce: 0,
    delayMs: 0,
    trouble: new Map(),
    clockOffsetMs: 0,
    holder(keyId) {
      const found = find(keyId);
      if (!found) throw new Error(`No principal holds ${keyId}`);
      return found.principal;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };

  function find(keyId: string): { account: Account; principal: Principal; key: AccessKey } | undefined {
    for (const account of accounts) {
      for (const principal of account.principals) {
        const key = principal.keys.find(({ id }) => id === keyId);
        if (key) return { account, principal, key };
      }
    }
    return undefined;
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const signed = readSignature(request, body);
    const parameters = new URLSearchParams(body);
    const action = parameters.get('Action') ?? '';
    const scope = signed?.scope;
    cloud.calls.push({
      service: scope?.service ?? '',
      action,
      region: scope?.region ?? '',
      dryRun: parameters.get('DryRun') === 'true',
      userAgent: String(request.headers['user-agent'] ?? ''),
    });
    const isDry = parameters.get('DryRun') === 'true';
    underWay += isDry ? 1 : 0;
    cloud.mostAtOnce = Math.max(cloud.mostAtOnce, underWay);
    response.once('close', () => {
      underWay -= isDry ? 1 : 0;
    });
    if (cloud.delayMs > 0) await wait(cloud.delayMs);
    const trouble = cloud.trouble.get(action)?.shift();
    if (trouble === 'hangs') return;
    const reply = troubled(trouble) ?? (await told(signed, request, parameters));
    const text = trouble === 'truncated' ? reply.body.slice(0, reply.body.length / 2) : reply.body;
    // The SDK corrects its clock by this; a test that moves the clock moves it here too.
    const date = nowThere().toUTCString();
    response.writeHead(reply.status, { 'content-type': 'text/xml;charset=UTF-8', date }).end(text);
  }

  const nowThere = () => new Date(Date.now() + cloud.clockOffsetMs);

  function troubled(trouble: Trouble | undefined): Reply | undefined {
    if (trouble === 'throttled') return ec2Error(503, 'RequestLimitExceeded', 'Request limit exceeded.');
    if (trouble === 'unavailable') return ec2Error(503, 'Unavailable', 'The server is overloaded');
    if (trouble === 'not-honoured') {
      return {
        status: 200,
        body: '<Response><return>true</return><keyPairId>key-0123456789abcdef0</keyPairId><keyMaterial>planted-private-key</keyMaterial></Response>',
      };
    }
    return undefined;
  }

  async function told(
    signed: SignedRequest | undefined,
    request: IncomingMessage,
    parameters: URLSearchParams,
  ): Promise<Reply> {
    if (parameters.get('Action') !== 'AssumeRoleWithWebIdentity')
      return authenticated(signed, request, parameters);
    // The one call that no key signs.
    cloud.tokens.push(parameters.get('WebIdentityToken') ?? '');
    return assumeWithToken(parameters, accounts, cloud.issuers, nowThere());
  }

  function authenticated(
    signed: SignedRequest | undefined,
    request: IncomingMessage,
    parameters: URLSearchParams,
  ): Reply {
    if (!signed)
      return queryError(403, 'MissingAuthenticationToken', 'Request is missing Authentication Token');
    const { scope } = signed;
    const found = find(scope.keyId);
    const isEnabled = found?.account.regions?.includes(scope.region) ?? true;
    const { key } = found ?? {};
    if (!found || !key || !isEnabled || request.headers['x-amz-security-token'] !== key.sessionToken) {
      return unknownKey(scope);
    }
    if (!signed.isSignedWith(key.secret)) return wrongSecret(scope);
    const now = nowThere().getTime();
    if (Math.abs(now - signed.signedAt.getTime()) > 300_000) return wrongClock(scope);
    if (key.expires && Date.parse(key.expires) < now) {
      return queryError(403, 'ExpiredToken', 'The security token included in the request is expired');
    }
    return answer({ ...found, region: scope.region, parameters }, scope);
  }

  function answer(call: Call, scope: Scope): Reply {
    if (scope.service === 'ec2') return answerEc2(call, (text) => cloud.faults.push(text));
    if (scope.service === 'iam') return answerIam(call);
    if (call.account.regionsWithoutSts?.includes(scope.region)) {
      const text = `STS is not activated in this region for account:${call.account.id}. Your account administrator can activate STS in this region using the IAM Console.`;
      return queryError(403, 'RegionDisabledException', text);
    }
    return answerSts(call, accounts);
  }

  return cloud;
}

function unknownKey({ service }: Scope): Reply {
  return service === 'ec2'
    ? ec2Error(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials')
    : queryError(403, 'InvalidClientTokenId', 'The security token included in the request is invalid.');
}

function wrongSecret({ service }: Scope): Reply {
  const text =
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method.';
  return service === 'ec2'
    ? ec2Error(401, 'AuthFailure', 'AWS was not able to validate the provided access credentials')
    : queryError(403, 'SignatureDoesNotMatch', text);
}

function wrongClock({ service, date }: Scope): Reply {
  return service === 'ec2'
    ? ec2Error(400, 'RequestExpired', 'Request has expired.')
    : queryError(403, 'SignatureDoesNotMatch', `Signature expired: ${date} is now earlier than the present`);
}
