import { createHmac, randomUUID } from 'node:crypto';
import { explainShortcut } from '../../adapters/slack/manifest.ts';
import type { Json } from './payloads.ts';

// Requests as Slack makes them: https://docs.slack.dev/interactivity/handling-user-interaction

/** Who sends, and in which workspace. */
export type Sender = {
  readonly teamId: string;
  readonly userId: string;
  readonly userName: string;
  readonly appId: string;
  readonly botUserId: string;
  /** The organisation that the workspace belongs to, where the app is installed for all of it. */
  readonly enterpriseId?: string | undefined;
};

/** A view as Slack sends it back: what it was drawn with, and what was filled in. */
export type FilledView = Json & { readonly id: string; readonly state: { readonly values: unknown } };

const domain = 'example';

/** What every interaction says of who acted. */
const by = ({ userId, userName, teamId, appId, enterpriseId }: Sender) => ({
  team: { id: teamId, domain },
  user: { id: userId, name: userName, team_id: teamId },
  api_app_id: appId,
  enterprise: enterpriseId ? { id: enterpriseId, name: 'Organisation' } : null,
  is_enterprise_install: enterpriseId !== undefined,
});

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
    is_enterprise_install: String(sender.enterpriseId !== undefined),
    ...(sender.enterpriseId && { enterprise_id: sender.enterpriseId, enterprise_name: 'Organisation' }),
  }).toString();
}

/** A click on something in a message. */
export function messageAction(
  sender: Sender,
  click: {
    readonly action: Json;
    readonly conversationId: string;
    readonly ts: string;
    /** Whether one person alone sees the message. */
    readonly isPrivate?: boolean;
    readonly blocks?: readonly Json[];
    readonly triggerId: string;
    readonly responseUrl: string;
  },
): Json {
  const { action, conversationId, ts, isPrivate = false, blocks = [], triggerId, responseUrl } = click;
  return {
    type: 'block_actions',
    ...by(sender),
    trigger_id: triggerId,
    response_url: responseUrl,
    channel: { id: conversationId },
    container: { type: 'message', channel_id: conversationId, message_ts: ts, is_ephemeral: isPrivate },
    // Slack does not send back what only one person sees.
    ...(!isPrivate && { message: { type: 'message', ts, blocks } }),
    actions: [{ action_ts: '1', ...action }],
  };
}

/** A message that somebody hands over, with what Slack knows of it: https://docs.slack.dev/interactivity/implementing-shortcuts */
export const messageShortcut = (
  sender: Sender,
  handed: {
    readonly conversationId: string;
    readonly message: Json & { readonly ts: string };
    readonly triggerId: string;
    readonly responseUrl: string;
  },
): Json => ({
  type: 'message_action',
  ...by(sender),
  callback_id: explainShortcut.callback_id,
  trigger_id: handed.triggerId,
  response_url: handed.responseUrl,
  message_ts: handed.message.ts,
  channel: { id: handed.conversationId, name: 'images' },
  message: { type: 'message', ...handed.message },
  action_ts: '1',
});

/** A choice or a click in a view. */
export function viewAction(
  sender: Sender,
  { view, action, triggerId }: { view: FilledView; action: Json; triggerId: string },
): Json {
  return {
    type: 'block_actions',
    ...by(sender),
    trigger_id: triggerId,
    container: { type: 'view', view_id: view.id },
    view: { ...view, root_view_id: view.id, team_id: sender.teamId },
    actions: [{ action_ts: '1', ...action }],
  };
}

/** A form that was sent. */
export function viewSubmission(
  sender: Sender,
  { view, triggerId }: { view: FilledView; triggerId: string },
): Json {
  return {
    type: 'view_submission',
    ...by(sender),
    trigger_id: triggerId,
    view: { ...view, type: 'modal', root_view_id: view.id, team_id: sender.teamId },
  };
}

/** The body of an event: https://docs.slack.dev/apis/events-api */
export function eventCallback(sender: Sender, event: Json, at = new Date()): string {
  return JSON.stringify({
    type: 'event_callback',
    team_id: sender.teamId,
    enterprise_id: sender.enterpriseId ?? null,
    api_app_id: sender.appId,
    event_id: `Ev${randomUUID()}`,
    event_time: Math.floor(at.getTime() / 1000),
    authorizations: [
      {
        enterprise_id: sender.enterpriseId ?? null,
        team_id: sender.teamId,
        user_id: sender.botUserId,
        is_bot: true,
        is_enterprise_install: sender.enterpriseId !== undefined,
      },
    ],
    event: { user: sender.userId, event_ts: String(Date.now() / 1000), ...event },
  });
}

/** Tells that people were added to a user group or removed: https://docs.slack.dev/reference/events/subteam_members_changed */
export const groupChanged = (sender: Sender, groupId: string): string =>
  eventCallback(sender, {
    type: 'subteam_members_changed',
    subteam_id: groupId,
    team_id: sender.teamId,
    event_ts: String(Date.now() / 1_000),
  });

/** The body that says that somebody opened the Home, with their direct messages with the bot: https://docs.slack.dev/reference/events/app_home_opened */
export const homeOpened = (sender: Sender, channel: string): string =>
  eventCallback(sender, { type: 'app_home_opened', channel, tab: 'home' });

/** The body that says that somebody mentioned the bot: https://docs.slack.dev/reference/events/app_mention */
export const mentioned = (sender: Sender, { channel, text }: { channel: string; text: string }): string =>
  eventCallback(sender, {
    type: 'app_mention',
    channel,
    text: `<@${sender.botUserId}> ${text}`,
    ts: '1.000200',
  });

/** The body that says that an app posted a message with metadata: https://docs.slack.dev/reference/events/message_metadata_posted */
export const metadataPosted = (
  sender: Sender,
  { channel, ts, metadata }: { channel: string; ts: string; metadata: unknown },
): string =>
  eventCallback(sender, {
    type: 'message_metadata_posted',
    app_id: sender.appId,
    bot_id: 'B0XOAP',
    // It names who posted elsewhere than other events do.
    user: undefined,
    user_id: sender.botUserId,
    team_id: sender.teamId,
    channel_id: channel,
    message_ts: ts,
    metadata,
  });
