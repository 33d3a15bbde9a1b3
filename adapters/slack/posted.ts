import type { App } from '@slack/bolt';
import type { Chat } from '../../src/chat/chat.ts';
import type { Logger } from '../../src/logger.ts';
import { nameInMetadata } from './mark.ts';
import { workspaceOfEvent } from './workspace.ts';

/** With this scope Slack tells of our own messages, in channels where the bot is: https://docs.slack.dev/reference/events/message_metadata_posted */
export const postedScope = 'metadata.message:read';
export const postedEvent = 'message_metadata_posted';
/** Milliseconds to wait for that after the answer to a post was lost. How long it takes is not documented. */
export const heardWithinMs = 5_000;

/** Hands on what Slack tells of our own messages, so that one whose answer was lost is known. */
export function registerPosted(
  app: App,
  { chat, logger }: { chat: Pick<Chat, 'posted'>; logger: Logger },
): void {
  app.event(postedEvent, async ({ event, body }) => {
    const { app_id: appId, channel_id: conversationId, message_ts: messageId, metadata } = event;
    const name = appId === body.api_app_id ? nameInMetadata(metadata) : undefined;
    if (!name) return;
    const workspaceId = workspaceOfEvent(body);
    try {
      await chat.posted({ workspaceId, name, ref: { conversationId, messageId } });
    } catch (err) {
      // It is posted again then, and its twin is found by a click on it.
      logger.warn({ err, ...name }, 'what Slack told of a message could not be kept');
    }
  });
}
