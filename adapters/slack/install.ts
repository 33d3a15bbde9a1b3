import type { ServerResponse } from 'node:http';
import type { ExpressReceiverOptions, InstallationStore } from '@slack/bolt';
import { type CallbackOptions, ErrorCode, InstallProvider } from '@slack/oauth';
import type { FormTokens } from '../../src/access/form-token.ts';
import type { ReplayGuard } from '../../src/access/replay-guard.ts';
import type { SlackAccess } from './clients.ts';
import { beginPage, donePage, type Failure, failurePage, pageHeaders } from './install-pages.ts';
import { createInstallState, stateMs } from './install-state.ts';
import { slackLogger } from './logger.ts';
import { installPath, optionalScopesFor, redirectPath, scopes } from './manifest.ts';
import type { SlackClient } from './many-workspaces.ts';

export type InstallDependencies = SlackClient &
  SlackAccess & {
    readonly app: NonNullable<ExpressReceiverOptions['app']>;
    /** Where people reach the bot. */
    readonly publicUrl: string;
    readonly store: InstallationStore;
    /** Whether people enter secrets in chat. */
    readonly secretsInChat: boolean;
    readonly tokens: FormTokens;
    readonly guard: ReplayGuard;
  };

/** Names the cookie that ties an installation to a browser. */
const cookieName = 'xoap-slack-install';

/** Where Slack asks whether it may be installed: beside its Web API. */
const authorizeUrlOf = (slackApiUrl: string) => new URL('/oauth/v2/authorize', slackApiUrl).href;

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, pageHeaders).end(html);
}

function failureOf(code: string): { readonly failure: Failure; readonly status: number } {
  // The only such error without a cause of its own is that somebody said no.
  if (code === ErrorCode.AuthorizationError) return { failure: 'cancelled', status: 200 };
  const isOurs = ![
    ErrorCode.InvalidStateError,
    ErrorCode.MissingStateError,
    ErrorCode.MissingCodeError,
  ].includes(code as ErrorCode);
  return isOurs ? { failure: 'failed', status: 502 } : { failure: 'not-ours', status: 400 };
}

/** Mounts the pages with which the app is installed in workspaces and organisations. */
export function serveInstall(settings: InstallDependencies): void {
  const { app, publicUrl, slackApiUrl, logger, clientId, clientSecret, store, tokens, guard } = settings;
  const address = publicUrl.replace(/\/+$/, '');
  const redirectUri = `${address}${redirectPath}`;
  // Whether optional ones have to be named here too is not documented.
  const optional = optionalScopesFor(settings);
  const options = { scopes: [...Object.keys(scopes), ...Object.keys(optional)], redirectUri };
  const stateStore = createInstallState({ options, tokens, guard });
  const provider = new InstallProvider({
    clientId,
    clientSecret,
    installationStore: store,
    stateStore,
    stateCookieName: cookieName,
    authorizationUrl: authorizeUrlOf(slackApiUrl),
    logger: slackLogger(logger),
    // A code is good for one use, as a refresh token is.
    clientOptions: {
      slackApiUrl,
      retryConfig: { retries: 0 },
      timeout: 15_000,
      rejectRateLimitedCalls: true,
    },
  });

  const callbacks: CallbackOptions = {
    success({ team, enterprise, isEnterpriseInstall = false }, _options, _request, response) {
      const name = (isEnterpriseInstall ? enterprise?.name : team?.name) ?? 'Slack';
      send(response, 200, donePage({ name, isOrganisation: isEnterpriseInstall }));
    },
    failure(error, _options, _request, response) {
      const { failure, status } = failureOf(error.code);
      logger.warn({ err: error, failure }, 'an installation in Slack was not completed');
      send(response, status, failurePage(failure, `${address}${installPath}`));
    },
  };

  // A proxy may take the path of the address away before it asks.
  const below = new URL(address).pathname.replace(/\/$/, '');
  const at = (path: string) => [...new Set([path, `${below}${path}`])];

  app.get(at(installPath), async (_request, response) => {
    const state = await stateStore.generateStateParam(options, new Date());
    const isSecure = address.startsWith('https:');
    // Slack's library sets it without SameSite.
    response.setHeader(
      'set-cookie',
      `${cookieName}=${state}; HttpOnly; SameSite=Lax; Path=/; Max-Age=${stateMs / 1_000}${isSecure ? '; Secure' : ''}`,
    );
    send(response, 200, beginPage(await provider.generateInstallUrl(options, true, state), optional));
  });
  app.get(at(redirectPath), (request, response) => provider.handleCallback(request, response, callbacks));
}
