import { WebClient } from '@slack/web-api';
import type { Logger } from '../../src/logger.ts';
import { createGrants, type Grants } from './grants.ts';
import { slackLogger } from './logger.ts';
import { createPeople, type People } from './people.ts';
import { createTokenFacts, type TokenFacts } from './token-facts.ts';

/**
 * How often calls are sent again and what they may take, in milliseconds. Urgent ones give up rather than arrive too late.
 * Posts are sent once: an answer that was lost may mean that the message is there, and Slack offers no look. The rest may be
 * sent as often as one likes.
 */
const patience = {
  usual: { retries: 3, timeout: 15_000 },
  urgent: { retries: 0, timeout: 2_500 },
  posts: { retries: 0, timeout: 15_000 },
};

/** How Slack is reached. */
export type SlackAccess = { readonly slackApiUrl: string; readonly logger: Logger };

/** A client for Slack's Web API. What Slack asks to wait is waited for in the queue, where it holds nothing else up. */
export function createSlackClient(
  settings: SlackAccess & {
    /** Absent for what is signed with something else. */
    readonly botToken?: string;
    readonly for?: keyof typeof patience;
  },
): WebClient {
  const { botToken, slackApiUrl, logger, for: purpose = 'usual' } = settings;
  const { retries, timeout } = patience[purpose];
  return new WebClient(botToken, {
    slackApiUrl,
    logger: slackLogger(logger),
    retryConfig: { retries },
    timeout,
    rejectRateLimitedCalls: true,
  });
}

/** What speaks for the bot in one workspace, and what is known of it there. */
export type WorkspaceClients = {
  readonly botToken: string;
  readonly usual: WebClient;
  /** For what must be there within the three seconds of a trigger. */
  readonly urgent: WebClient;
  /** For what must not be sent twice. */
  readonly posting: WebClient;
  readonly people: People;
  readonly facts: () => Promise<TokenFacts>;
  readonly grants: Grants;
};

/**
 * Finds what speaks in a workspace, without an exchange with anybody once it was found lately. Throws `workspaces.ended` where
 * the app is not installed there.
 */
export type ClientsOf = (workspaceId: string) => Promise<WorkspaceClients>;

/** What speaks with one token. */
export function clientsWith(
  botToken: string,
  { scopes, ...access }: SlackAccess & { readonly scopes?: readonly string[] | undefined },
): WorkspaceClients {
  const usual = createSlackClient({ ...access, botToken });
  const urgent = createSlackClient({ ...access, botToken, for: 'urgent' });
  return {
    botToken,
    usual,
    urgent,
    posting: createSlackClient({ ...access, botToken, for: 'posts' }),
    people: createPeople(urgent),
    facts: createTokenFacts(usual),
    grants: createGrants(scopes),
  };
}
