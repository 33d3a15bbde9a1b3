import type { Activity } from '@microsoft/teams.api';
import type { ExpressAdapter } from '@microsoft/teams.apps';
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { databaseAway } from '../../src/chat/messages/fault-message.ts';
import { sentence } from '../../src/chat/model/message.ts';
import { isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import type { Conversations } from './conversations.ts';
import { activityOf } from './render.ts';
import type { SigningKeys } from './signing-keys.ts';
import { dialogSaying } from './submissions.ts';
import { type Origin, originOf } from './workspace.ts';

type Transport = Pick<ExpressAdapter, 'registerRoute'>;
type Handler = Parameters<Transport['registerRoute']>[2];
type Request = Parameters<Handler>[0];

const Body = z.looseObject({ serviceUrl: z.string().min(1) });

const tokenOf = ({ headers: { authorization } }: Request) => String(authorization).replace(/^Bearer /i, '');

/** Who signed a token, before anybody has checked that it is true. */
function claimedIssuer(request: Request): string | undefined {
  try {
    return decodeJwt(tokenOf(request)).iss;
  } catch {
    return undefined;
  }
}

const loopback = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** Whether a request began on this machine: not at a page of another site, and not behind a tunnel. */
function isFromHere({ headers }: Request): boolean {
  const { host, origin } = headers;
  const isForwarded = Object.keys(headers).some((name) => /^(x-)?forwarded/.test(name));
  return loopback.test(String(host)) && origin === undefined && !isForwarded;
}

export type TransportDependencies = {
  /** Who signs the tokens of the Bot Connector. */
  readonly issuer: string;
  /** Set for a local playground, which sends no tokens: the only service that may be answered. */
  readonly playgroundUrl: string | undefined;
  readonly signingKeys: SigningKeys;
};

/**
 * Lets requests through to the SDK, which checks their tokens, but only such as it checks whole: those without a service
 * URL it does not hold against the token, and tokens of Entra carry none, so answers could be led elsewhere.
 */
export function guardTransport(
  express: Transport,
  { issuer, playgroundUrl, signingKeys }: TransportDependencies,
): Transport {
  const isWhole = async (request: Request) => {
    const body = Body.safeParse(request.body);
    if (!body.success) return false;
    if (playgroundUrl) return body.data.serviceUrl === playgroundUrl && isFromHere(request);
    return claimedIssuer(request) === issuer && signingKeys.knows(tokenOf(request));
  };
  return {
    registerRoute: (method, path, handler) =>
      express.registerRoute(method, path, async (request) =>
        (await isWhole(request)) ? handler(request) : { status: 401 },
      ),
  };
}

export type AdmissionDependencies = {
  readonly allowedTenants: readonly string[];
  readonly conversations: Pick<Conversations, 'admit'>;
  readonly logger: Logger;
};

/** Writes to where an activity came from, without asking anything of Redis. */
export type Saying = (message: ReturnType<typeof activityOf>) => Promise<unknown>;

export type Admitted =
  | { readonly origin: Origin }
  | { readonly response: { status: number; body?: unknown } };

/** Invokes whose answer is a dialog. */
const dialogs = ['task/fetch', 'composeExtension/fetchTask'];
/** A form that was sent is claimed where it is stored, in the same exchange with Redis. */
const submissions = ['task/submit', 'composeExtension/submitAction'];

/** What somebody gets while Redis is away; nothing else needs it, so they can be told. */
function sayDatabaseAway(name: string | undefined): { status: number; body?: unknown } {
  if (name && dialogs.includes(name)) return { status: 200, body: dialogSaying(databaseAway) };
  const value = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: databaseAway };
  return { status: 200, ...(name && { body: value }) };
}

/** The name of an invoke, and whether it is used on somebody's message. */
type Arriving = { readonly name: string | undefined; readonly isHanded: boolean };

const OnMessage = z.looseObject({ value: z.looseObject({ commandContext: z.literal('message') }) });
const isMessageAction = (activity: Activity) => OnMessage.safeParse(activity).success;

/** Creates what lets an authenticated activity in: once, from people of the tenants that are allowed. */
export function createAdmission({ allowedTenants, conversations, logger }: AdmissionDependencies) {
  const isAllowed = (tenantId: string) =>
    allowedTenants.some((allowed) => allowed.toLowerCase() === tenantId.toLowerCase());

  /** Claims an activity; while Redis is away, the person is told so. */
  async function claim(origin: Origin, { name, isHanded }: Arriving, say: Saying): Promise<Admitted> {
    const { reference } = origin;
    // A message may be handed over from where the bot is not, and what is remembered is where it may write.
    const heard = isHanded ? { ...origin, reference: { ...reference, conversationId: '' } } : origin;
    try {
      if (await conversations.admit(heard)) return { origin };
      logger.warn({ user: origin.actor.userId }, 'an activity was sent twice');
      return { response: { status: 200 } };
    } catch (error) {
      if (!isAppError(error, 'redis.unavailable')) throw error;
      if (!name) await say(activityOf(sentence(databaseAway)));
      return { response: sayDatabaseAway(name) };
    }
  }

  return async function admit(activity: Activity, say: Saying): Promise<Admitted> {
    const origin = originOf(activity);
    if (!origin || !isAllowed(origin.tenantId)) {
      const { type: kind } = activity;
      logger.warn({ tenantId: origin?.tenantId, kind }, 'an activity came from outside the allowed tenants');
      return { response: { status: 403 } };
    }
    const name = activity.type === 'invoke' ? activity.name : undefined;
    const isHanded = isMessageAction(activity);
    return name && submissions.includes(name) ? { origin } : claim(origin, { name, isHanded }, say);
  };
}
