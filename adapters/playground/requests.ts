import { createHmac, randomUUID } from 'node:crypto';
import type { Json } from './wire.ts';

// Requests as Slack makes them: https://docs.slack.dev/interactivity/handling-user-interaction

/** Who sends, and in which workspace. */
export type Sender = {
  readonly teamId: string;
  readonly userId: string;
  readonly userName: string;
  readonly appId: string;
};

/** A view as Slack sends it back: what it was drawn with, and what was filled in. */
export type FilledView = Json & { readonly id: string; readonly state: { readonly values: unknown } };

const domain = 'example';
const userOf = ({ userId, userName, teamId }: Sender) => ({ id: userId, name: userName, team_id: teamId });
const teamOf = ({ teamId }: Sender) => ({ id: teamId, domain });

/** Signs a body: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signedHeaders(
  body: string,
  { secret, timestamp = Math.floor(Date.now() / 1000) }: { secret: string; timestamp?: number | undefined },
): Record<string, string> {
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    'content-type': body.startsWith('{') ? 'application/json' : 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': `v0=${signature}`,
  };
}

/** The body of an interaction. */
export function interaction(payload: Json): string {
  return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
}

/** The body of a slash command. */
export function slashCommand(
  sender: Sender,
  command: {
    readonly word: string;
    readonly text: string;
    readonly conversation: { readonly id: string; readonly name: string };
    readonly triggerId: string;
    readonly responseUrl: string;
  },
): string {
  const { word, text, conversation, triggerId, responseUrl } = command;
  return new URLSearchParams({
    command: word,
    text,
    trigger_id: triggerId,
    response_url: responseUrl,
    team_id: sender.teamId,
    team_domain: domain,
    channel_id: conversation.id,
    channel_name: conversation.name,
    user_id: sender.userId,
    user_name: sender.userName,
    api_app_id: sender.appId,
    is_enterprise_install: 'false',
  }).toString();
}

/** A click on something in a message. */
export function messageAction(
  sender: Sender,
  click: {
    readonly action: Json;
    readonly conversationId: string;
    /** Absent for a message that one person sees. */
    readonly ts?: string | undefined;
    readonly triggerId: string;
    readonly responseUrl: string;
  },
): Json {
  const { action, conversationId, ts, triggerId, responseUrl } = click;
  return {
    type: 'block_actions',
    team: teamOf(sender),
    user: userOf(sender),
    api_app_id: sender.appId,
    trigger_id: triggerId,
    response_url: responseUrl,
    channel: { id: conversationId },
    container: { type: 'message', channel_id: conversationId, ...(ts && { message_ts: ts }) },
    ...(ts && { message: { ts } }),
    actions: [{ action_ts: '1', ...action }],
  };
}

/** A choice or a click in a view. */
export function viewAction(
  sender: Sender,
  { view, action, triggerId }: { view: FilledView; action: Json; triggerId: string },
): Json {
  return {
    type: 'block_actions',
    team: teamOf(sender),
    user: userOf(sender),
    api_app_id: sender.appId,
    trigger_id: triggerId,
    container: { type: 'view', view_id: view.id },
    view: { ...view, root_view_id: view.id, team_id: sender.teamId },
    actions: [{ action_ts: '1', ...action }],
  };
}

/** A form that was sent. */
export function viewSubmission(sender: Sender, view: FilledView): Json {
  return {
    type: 'view_submission',
    team: teamOf(sender),
    user: userOf(sender),
    api_app_id: sender.appId,
    view: { ...view, type: 'modal', root_view_id: view.id, team_id: sender.teamId },
    // Two people who fill in the same do not send the same.
    nonce: randomUUID(),
  };
}

/** The body that says that somebody opened a tab of the bot's: https://docs.slack.dev/reference/events/app_home_opened */
export function homeOpened(sender: Sender, channel: string): string {
  return JSON.stringify({
    type: 'event_callback',
    team_id: sender.teamId,
    api_app_id: sender.appId,
    event_id: `Ev${randomUUID()}`,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [{ team_id: sender.teamId, user_id: sender.userId, is_bot: true }],
    event: {
      type: 'app_home_opened',
      user: sender.userId,
      channel,
      tab: 'home',
      event_ts: String(Date.now() / 1000),
    },
  });
}
