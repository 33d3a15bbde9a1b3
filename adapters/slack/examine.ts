import type { Examined } from '../../src/examined.ts';
import type { Logger } from '../../src/logger.ts';
import { createSlackClient } from './clients.ts';
import { platformCode } from './errors.ts';
import { optionalScopesFor, scopes } from './manifest.ts';
import type { SlackClient } from './many-workspaces.ts';

export type SlackToExamine = {
  /** Of one workspace; absent where the app is installed in any number. */
  readonly botToken: string | undefined;
  readonly client: SlackClient | undefined;
  readonly appToken: string | undefined;
  /** Whether people enter secrets in chat. */
  readonly secretsInChat: boolean;
  readonly slackApiUrl: string;
  readonly logger: Logger;
};

/** What Slack answers to a token, and what to do: https://docs.slack.dev/reference/methods/auth.test#errors */
const refusals: Readonly<Record<string, string>> = {
  invalid_auth: 'Copy the token again, as a whole.',
  not_authed: 'Copy the token again, as a whole.',
  account_inactive: 'The app was removed from the workspace. Install it again, and copy its new token.',
  token_revoked: 'The token was revoked. Install the app again, and copy its new token.',
  token_expired: 'Turn token rotation off in the app, install it again, and copy its new token.',
  not_allowed_token_type:
    'This is a token of another kind. Bot tokens start with xoxb-, app-level ones with xapp-.',
  invalid_client_id: 'Copy the client id again; it stands under "Basic Information" of the app.',
  bad_client_secret: 'Copy the client secret again; it stands under "Basic Information" of the app.',
  missing_scope: 'Make the app-level token anew, with the scope connections:write.',
};

function refusalOf(error: unknown, part: string): Examined {
  const { data, statusCode, retryAfter } = error as {
    data?: { error?: string };
    statusCode?: number;
    retryAfter?: number;
  };
  const code = data?.error;
  if (!code && (statusCode ?? retryAfter))
    return {
      part,
      state: 'warning',
      text: retryAfter ? 'Slack asks to wait (429)' : `Slack answered ${statusCode}`,
      todo: 'Run this again in a few minutes.',
    };
  if (!code)
    return {
      part,
      state: 'failed',
      text: 'Slack was not reached',
      todo: 'See to it that this machine reaches slack.com on port 443, through its firewall or proxy.',
    };
  return {
    part,
    state: 'failed',
    text: `Slack refuses it: ${code}`,
    todo: refusals[code] ?? 'Look the code up at https://docs.slack.dev/reference/methods/auth.test.',
  };
}

/** Holds the scopes that were granted against those that the manifest asks for. */
function examineScopes(
  granted: readonly string[] | undefined,
  wanted: Parameters<typeof optionalScopesFor>[0],
): Examined[] {
  const part = 'Slack scopes';
  if (!granted || granted.length === 0)
    return [{ part, state: 'skipped', text: 'Slack did not say which ones the token has' }];
  const lacking = (asked: Readonly<Record<string, string>>) =>
    Object.entries(asked).filter(([scope]) => !granted.includes(scope));
  const required = lacking(scopes).map(
    ([scope, reason]): Examined => ({
      part,
      state: 'failed',
      text: `${scope} is not granted; with it the bot ${reason}`,
      todo: 'Add it under "OAuth & Permissions", or paste the manifest anew (xoap manifest slack), and install the app again.',
    }),
  );
  const optional = lacking(optionalScopesFor(wanted)).map(
    ([scope, reason]): Examined => ({
      part,
      state: 'warning',
      text: `${scope} is not granted, which is optional; with it the bot ${reason}`,
    }),
  );
  const all = [...required, ...optional];
  return all.length > 0
    ? all
    : [{ part, state: 'ok', text: `all ${granted.length} that are granted suffice` }];
}

async function examineBotToken({
  botToken = '',
  slackApiUrl,
  logger,
  secretsInChat,
}: SlackToExamine): Promise<Examined[]> {
  const part = 'Slack bot token';
  const client = createSlackClient({ botToken, slackApiUrl, logger, for: 'urgent' });
  try {
    const { team, user, response_metadata: metadata } = await client.auth.test();
    return [
      { part, state: 'ok', text: `it is of ${user} in ${team}` },
      ...examineScopes(metadata?.scopes, { secretsInChat }),
    ];
  } catch (error) {
    return [refusalOf(error, part)];
  }
}

async function examineAppToken({ appToken = '', slackApiUrl, logger }: SlackToExamine): Promise<Examined[]> {
  const part = 'Slack app token';
  const client = createSlackClient({ botToken: appToken, slackApiUrl, logger, for: 'urgent' });
  try {
    await client.apps.connections.open({});
    return [{ part, state: 'ok', text: 'it opens sockets, so no public address is needed' }];
  } catch (error) {
    return [refusalOf(error, part)];
  }
}

/** Slack looks at the client before the code, so a made-up one tells whether it knows the client. */
async function examineClient({ client, slackApiUrl, logger }: SlackToExamine): Promise<Examined[]> {
  const part = 'Slack client';
  const { clientId = '', clientSecret = '' } = client ?? {};
  const access = createSlackClient({ slackApiUrl, logger, for: 'urgent' });
  try {
    await access.oauth.v2.access({ client_id: clientId, client_secret: clientSecret, code: 'none' });
  } catch (error) {
    if (platformCode(error) !== 'invalid_code') return [refusalOf(error, part)];
  }
  return [{ part, state: 'ok', text: 'Slack knows it; workspaces install the app at /slack/install' }];
}

/** Asks Slack about the tokens and what they may do. The signing secret shows only when Slack sends something. */
export async function examineSlack(settings: SlackToExamine): Promise<Examined[]> {
  const found = await Promise.all([
    settings.client ? examineClient(settings) : examineBotToken(settings),
    settings.appToken ? examineAppToken(settings) : [],
  ]);
  return found.flat();
}
