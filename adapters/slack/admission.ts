import type { AllMiddlewareArgs, AnyMiddlewareArgs, Context, SlashCommand } from '@slack/bolt';
import type { ReplayGuard } from '../../src/access/replay-guard.ts';
import { databaseAway } from '../../src/chat/messages/fault-message.ts';
import { AppError, isAppError } from '../../src/errors.ts';
import type { Opening } from './commands.ts';
import type { RequestProof } from './receiver.ts';

/** Bolt refuses old requests but takes those from the future: https://docs.slack.dev/authentication/verifying-requests-from-slack */
const maxSkewSeconds = 300;

type Middleware = (args: AnyMiddlewareArgs & AllMiddlewareArgs) => Promise<void>;

/** The id that a request is claimed under; undefined for one that came through a socket. */
export function requestId(context: Context): string | undefined {
  return (context as RequestProof).signature;
}

export type AdmissionDependencies = {
  readonly guard: ReplayGuard;
  readonly now: () => Date;
  readonly openAhead: (command: SlashCommand) => Opening | undefined;
  /** Tells that Redis is away where there is no message to answer. */
  readonly sayInHome: (body: object) => Promise<void>;
};

/**
 * Lets each signed request in once. A repeated or future-dated one ends with `slack.replayed`; when Redis is away the
 * person is told so at once. A submitted form is claimed where it is stored, in the same exchange with Redis.
 */
export function createAdmission({ guard, now, openAhead, sayInHome }: AdmissionDependencies): Middleware {
  function begin({ body, context }: AnyMiddlewareArgs & AllMiddlewareArgs): void {
    if ('command' in body) context.opening = openAhead(body as SlashCommand);
  }

  return async (args) => {
    const { context, next } = args;
    const { signature, signedAt } = context as RequestProof;
    if (signature === undefined || signedAt === undefined) {
      begin(args);
      return next();
    }
    const fault = faultOf(signature, signedAt - now().getTime() / 1000);
    if (fault) throw new AppError(fault, { code: 'slack.replayed' });
    if (isSubmission(args)) return next();
    begin(args);
    let isNew: boolean;
    try {
      isNew = await guard.claim(signature);
    } catch (error) {
      if (!isAppError(error, 'redis.unavailable')) throw error;
      return sayDatabaseAway(args, sayInHome);
    }
    if (!isNew) throw new AppError('A request was sent twice', { code: 'slack.replayed' });
    return next();
  };
}

function faultOf(signature: string, secondsAhead: number): string | undefined {
  if (secondsAhead > maxSkewSeconds) return 'A request is dated in the future';
  // Bolt takes what stands behind a second equals sign for no part of the signature, so it would make a new request.
  return /^v0=[0-9a-f]{64}$/.test(signature) ? undefined : 'A signature has something added';
}

function isSubmission({ body }: AnyMiddlewareArgs): boolean {
  return 'type' in body && body.type === 'view_submission';
}

async function sayDatabaseAway(
  args: AnyMiddlewareArgs,
  sayInHome: AdmissionDependencies['sayInHome'],
): Promise<void> {
  const { ack, respond, body } = args as {
    ack?: (response?: object) => Promise<void>;
    respond?: (message: object) => Promise<unknown>;
    body: object;
  };
  const message = { response_type: 'ephemeral', text: databaseAway };
  if ('command' in body) return ack?.(message);
  await ack?.();
  if (respond) await respond({ ...message, replace_original: false });
  else await sayInHome(body);
}
