import {
  type Activity,
  type ActivityParams,
  type Client as ApiClient,
  cloudFromName,
  stripMentionsText,
  withOverrides,
} from '@microsoft/teams.api';
import { App, ExpressAdapter } from '@microsoft/teams.apps';
import type { Express } from 'express';
import type { ChatAdapter } from '../../src/chat/adapter.ts';
import type { Chat } from '../../src/chat/chat.ts';
import type { Logger } from '../../src/logger.ts';
import { type Admitted, createAdmission, guardTransport } from './admission.ts';
import type { Conversations } from './conversations.ts';
import { inTime } from './in-time.ts';
import { actionIn, createListeners } from './listeners.ts';
import { teamsLogger } from './logger.ts';
import { createSubmissionHandler, type DialogReply, dialogSaying } from './submissions.ts';
import type { Origin } from './workspace.ts';

export type TeamsSettings = {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly tenantId: string | undefined;
  readonly cloud: string;
  readonly playgroundUrl: string | undefined;
  readonly testIssuer: string | undefined;
  readonly logger: Logger;
};

/** A text of the shape of a token that lasts and that nobody signed, for local services that look at no more. */
const madeUpToken = 'eyJhbGciOiJub25lIn0.eyJleHAiOjQxMDI0NDQ4MDB9.x';

/** Milliseconds for one call of the Bot Connector. */
const callMs = 10_000;

/** The SDK's app, which checks the tokens of requests and gets those for answers. */
export function createTeamsApp(settings: TeamsSettings, express: Express) {
  const { clientId, clientSecret, tenantId, playgroundUrl, testIssuer, logger } = settings;
  const known = cloudFromName(settings.cloud);
  const cloud = testIssuer
    ? withOverrides(known, { openIdMetadataUrl: `${testIssuer}/v1/.well-known/openidconfiguration` })
    : known;
  const isLocal = Boolean(playgroundUrl ?? testIssuer);
  const transport = new ExpressAdapter(express, { logger: teamsLogger(logger) });
  return new App({
    clientId,
    ...(clientSecret && !isLocal && { clientSecret }),
    ...(tenantId && { tenantId }),
    ...(isLocal && { token: async () => madeUpToken }),
    cloud,
    client: { timeout: callMs, logger: teamsLogger(logger) },
    logger: teamsLogger(logger),
    httpServerAdapter: guardTransport(transport, { issuer: cloud.tokenIssuer, playgroundUrl }),
    // Given here, so that no variable of the environment decides it.
    dangerouslyAllowUnauthenticatedRequests: playgroundUrl !== undefined,
  });
}

/** The client for a service that conversations are reached by. */
export function clientsOf(app: App): (serviceUrl: string) => ApiClient {
  return (serviceUrl) => app.api.clone({ serviceUrl });
}

export type ReceivingSettings = {
  readonly app: App;
  readonly chat: Chat;
  readonly adapter: ChatAdapter;
  readonly conversations: Conversations;
  readonly allowedTenants: readonly string[];
  readonly commandWord: string;
  readonly logger: Logger;
};

/** Starts to receive from Teams, as soon as the HTTP server listens. */
export async function receiveFromTeams(settings: ReceivingSettings): Promise<void> {
  const { app, conversations, logger } = settings;
  const admit = createAdmission(settings);
  const listeners = createListeners(settings);
  const onSubmission = createSubmissionHandler(settings);

  type Incoming = { readonly activity: Activity; send(activity: ActivityParams): Promise<unknown> };
  type Response = Extract<Admitted, { response: unknown }>['response'];

  /** Registers what answers one kind of activity, once it is admitted. */
  function on(name: Parameters<App['on']>[0], answer: (activity: never, origin: Origin) => Promise<unknown>) {
    app.on(name, (async ({ activity, send }: Incoming): Promise<Response> => {
      const admitted = await admit(activity, send as never);
      if ('response' in admitted) return admitted.response;
      return { status: 200, body: await answer(activity as never, admitted.origin) };
    }) as never);
  }

  type Clicking = { readonly replyToId?: string; readonly value?: unknown };
  const clickOf = ({ replyToId: messageId }: Clicking, data: unknown, origin: Origin) => {
    const action = actionIn(data);
    return action && { data: action, origin, messageId };
  };

  on('message', async (activity: Extract<Activity, { type: 'message' }>, origin) => {
    const clicked = clickOf(activity, activity.value, origin);
    if (clicked) return void (await listeners.onSubmittedClick(clicked));
    const text = stripMentionsText(activity)?.replaceAll('&nbsp;', ' ') ?? '';
    await listeners.onCommand(text, origin);
  });

  on('card.action', async (activity: Clicking & { value: { action: { data?: unknown } } }, origin) => {
    const clicked = clickOf(activity, activity.value.action.data, origin);
    return clicked && listeners.onClick(clicked);
  });

  on('dialog.open', async (activity: Clicking & { value: { data?: unknown } }, origin) => {
    const clicked = clickOf(activity, activity.value.data, origin);
    return clicked && listeners.onDialog(clicked);
  });

  on('message.ext.open', async (_activity, origin) =>
    listeners.onDialog({ data: { action: 'open-form', value: 'connection add' }, origin }),
  );

  async function submitted(data: unknown, origin: Origin): Promise<DialogReply> {
    const work = onSubmission(data, origin);
    const reply = await inTime(work);
    if (reply !== 'late') return reply;
    work.catch((err: unknown) => logger.error({ err }, 'a dialog could not be finished'));
    const text = 'This takes a moment longer. If all is well, the answer comes in the conversation.';
    return dialogSaying(text);
  }
  on('dialog.submit', (activity: { value: { data?: unknown } }, origin) =>
    submitted(activity.value.data, origin),
  );
  // The dialog of a message extension is not closed by an empty answer.
  on('message.ext.submit', async (activity: { value: { data?: unknown } }, origin) => {
    const reply = await submitted(activity.value.data, origin);
    if (reply.task) return reply;
    return dialogSaying('Verifying. The answer comes in the conversation.');
  });

  // Heard of so that the bot can write there later.
  on('install.add', async () => undefined);
  on('install.remove', async (_activity, { actor, reference }) =>
    conversations.forget(actor.workspaceId, reference.conversationId),
  );
  await app.initialize();
}
