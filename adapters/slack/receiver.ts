import {
  ErrorCode,
  ExpressReceiver,
  type ExpressReceiverOptions,
  type ReceiverProcessEventErrorHandlerArgs,
  SocketModeReceiver,
} from '@slack/bolt';
import { isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { slackLogger } from './logger.ts';

export type ReceiverDependencies = {
  /** How requests come in: signed, over the process's HTTP server, or through a socket that the bot opens. */
  readonly transport:
    | {
        readonly kind: 'http';
        readonly signingSecret: string;
        readonly app: NonNullable<ExpressReceiverOptions['app']>;
      }
    | { readonly kind: 'socket'; readonly appToken: string };
  readonly slackApiUrl: string;
  readonly logger: Logger;
};

/** What a request carried that no other one does; absent for requests through a socket, which cannot be replayed. */
export type RequestProof = { readonly signature?: string; readonly signedAt?: number };

async function refuse({ error, response }: ReceiverProcessEventErrorHandlerArgs): Promise<boolean> {
  const isRefused =
    isAppError(error, 'slack.replayed') || ('code' in error && error.code === ErrorCode.AuthorizationError);
  if (!response.headersSent) response.writeHead(isRefused ? 401 : 500).end();
  return false;
}

/** Bolt's own receiver for the transport, with refusals that say no more than their status. */
export function createReceiver({ transport, slackApiUrl, logger }: ReceiverDependencies) {
  if (transport.kind === 'socket') {
    return new SocketModeReceiver({
      appToken: transport.appToken,
      logger: slackLogger(logger),
      installerOptions: { clientOptions: { slackApiUrl } },
    });
  }
  return new ExpressReceiver({
    signingSecret: transport.signingSecret,
    app: transport.app,
    logger: slackLogger(logger),
    customPropertiesExtractor: ({ headers }): RequestProof => ({
      signature: String(headers['x-slack-signature']),
      signedAt: Number(headers['x-slack-request-timestamp']),
    }),
    processEventErrorHandler: refuse,
  });
}
