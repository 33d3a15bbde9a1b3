import type { ServerResponse } from 'node:http';
import { ErrorCode, HTTPReceiver, type HTTPReceiverOptions, SocketModeReceiver } from '@slack/bolt';
import { isAppError } from '../../src/errors.ts';
import type { Logger } from '../../src/logger.ts';
import { slackLogger } from './logger.ts';

export type ReceiverSettings = {
  /** How requests come in: signed over HTTP, or through a socket that the bot opens. */
  readonly transport:
    | { readonly kind: 'http'; readonly signingSecret: string; readonly host: string; readonly port: number }
    | { readonly kind: 'socket'; readonly appToken: string };
  readonly slackApiUrl: string;
  readonly logger: Logger;
  /** Whether requests can be served at this moment. */
  readonly isReady: () => Promise<boolean>;
};

function answer(response: ServerResponse, status: number, text = ''): void {
  if (!response.headersSent) response.writeHead(status, { 'content-type': 'text/plain' }).end(text);
}

function healthRoutes(isReady: () => Promise<boolean>): NonNullable<HTTPReceiverOptions['customRoutes']> {
  return [
    { path: '/livez', method: 'GET', handler: (_request, response) => answer(response, 200, 'alive\n') },
    {
      path: '/readyz',
      method: 'GET',
      handler: async (_request, response) => {
        const ready = await isReady();
        answer(response, ready ? 200 : 503, ready ? 'ready\n' : 'not ready: Redis is away\n');
      },
    },
  ];
}

/** What a request carried that no other one does; absent for requests through a socket, which cannot be replayed. */
export type RequestProof = { readonly signature?: string; readonly signedAt?: number };

/** Bolt's own receiver for the transport, with refusals that say no more than their status. */
export function createReceiver({ transport, slackApiUrl, logger, isReady }: ReceiverSettings) {
  if (transport.kind === 'socket') {
    return new SocketModeReceiver({
      appToken: transport.appToken,
      logger: slackLogger(logger),
      installerOptions: { clientOptions: { slackApiUrl } },
    });
  }
  return new HTTPReceiver({
    signingSecret: transport.signingSecret,
    logger: slackLogger(logger),
    customRoutes: healthRoutes(isReady),
    customPropertiesExtractor: ({ headers }): RequestProof => ({
      signature: String(headers['x-slack-signature']),
      signedAt: Number(headers['x-slack-request-timestamp']),
    }),
    dispatchErrorHandler: async ({ response }) => answer(response, 404),
    processEventErrorHandler: async ({ error, response }) => {
      const isRefused =
        isAppError(error, 'slack.replayed') ||
        ('code' in error && error.code === ErrorCode.AuthorizationError);
      answer(response, isRefused ? 401 : 500);
      return false;
    },
  });
}
