import { type Activity, type ActivityParams, stripMentionsText } from '@microsoft/teams.api';
import type { App } from '@microsoft/teams.apps';
import { z } from 'zod';
import type { Chat } from '../../src/chat/chat.ts';
import type { ChatAdapter } from '../../src/chat/delivery/chat-adapter.ts';
import { late, within } from '../../src/deadline.ts';
import type { Logger } from '../../src/logger.ts';
import type { Metrics } from '../../src/metrics.ts';
import { traced } from '../../src/tracing.ts';
import type { WorkspaceLife } from '../../src/workspaces/life.ts';
import { type Admitted, createAdmission } from './admission.ts';
import type { Conversations } from './conversations.ts';
import { MessageAction } from './handed-message.ts';
import { actionIn, createListeners } from './listeners.ts';
import { createSubmissionHandler, type DialogReply, dialogSaying } from './submissions.ts';
import { underWay } from './words.ts';
import { type Origin, untilDue } from './workspace.ts';

type MessageActivity = Extract<Activity, { type: 'message' }>;

const Mentions = z.array(
  z.looseObject({ type: z.string(), mentioned: z.looseObject({ id: z.string() }).optional() }),
);

/**
 * What was typed, without the mention of the bot, or its name as plain text; Teams puts a space of its own behind a
 * mention.
 */
function commandText(activity: MessageActivity, commandWord: string): string {
  const text = typeof activity.text === 'string' ? activity.text : '';
  const entities = Mentions.safeParse(activity.entities).data?.filter(
    ({ type, mentioned }) => type !== 'mention' || mentioned,
  );
  const stripped = stripMentionsText({ ...activity, text, entities: entities ?? [] } as MessageActivity);
  const words = (stripped ?? text).replaceAll('&nbsp;', ' ').trim();
  const isNamed = words.toLowerCase().startsWith(commandWord);
  return isNamed ? words.slice(commandWord.length) : words;
}

export type ReceivingDependencies = {
  readonly app: App;
  readonly chat: Chat;
  readonly adapter: ChatAdapter;
  readonly conversations: Conversations;
  readonly life: Pick<WorkspaceLife, 'end' | 'revive' | 'seen'>;
  readonly allowedTenants: readonly string[];
  readonly commandWord: string;
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'acknowledged'>;
};

/** Starts to receive from Teams, as soon as the HTTP server listens. */
export async function receiveFromTeams(settings: ReceivingDependencies): Promise<void> {
  const { app, conversations, life, logger, metrics } = settings;
  const admit = createAdmission(settings);
  const listeners = createListeners(settings);
  const onSubmission = createSubmissionHandler(settings);

  type Incoming = { readonly activity: Activity; send(activity: ActivityParams): Promise<unknown> };
  type Response = Extract<Admitted, { response: unknown }>['response'];

  /** Somebody who does something is there, whatever was told before; nobody waits for that. */
  function noteSeen(workspaceId: string): void {
    life
      .seen(workspaceId, async () => true)
      .catch((err: unknown) => logger.debug({ err, workspaceId }, 'a workspace was not looked at'));
  }

  /** Registers what answers one kind of activity, once it is admitted. */
  function on(name: Parameters<App['on']>[0], answer: (activity: never, origin: Origin) => Promise<unknown>) {
    app.on(name, (async ({ activity, send }: Incoming): Promise<Response> => {
      const begun = performance.now();
      try {
        const admitted = await admit(activity, send as never);
        if ('response' in admitted) return admitted.response;
        const { origin } = admitted;
        const { workspaceId } = origin.actor;
        if (name !== 'install.remove') noteSeen(workspaceId);
        const work = () => answer(activity as never, origin);
        return {
          status: 200,
          body: await traced('request', { platform: 'teams', kind: name, workspaceId }, work),
        };
      } finally {
        metrics.acknowledged({ platform: 'teams', seconds: (performance.now() - begun) / 1_000 });
      }
    }) as never);
  }

  type Clicking = { readonly replyToId?: string; readonly value?: unknown };
  const clickOf = ({ replyToId: messageId }: Clicking, data: unknown, origin: Origin) => {
    const action = actionIn(data);
    return action && { data: action, origin, messageId };
  };

  on('message', async (activity: MessageActivity, origin) => {
    const clicked = clickOf(activity, activity.value, origin);
    if (clicked) return void (await listeners.onSubmittedClick(clicked));
    await listeners.onCommand(commandText(activity, settings.commandWord), origin);
  });

  on('card.action', async (activity: Clicking & { value?: { action?: { data?: unknown } } }, origin) => {
    const clicked = clickOf(activity, activity.value?.action?.data, origin);
    return clicked && listeners.onClick(clicked);
  });

  on('dialog.open', async (activity: Clicking & { value?: { data?: unknown } }, origin) => {
    const clicked = clickOf(activity, activity.value?.data, origin);
    return clicked && listeners.onDialog(clicked);
  });

  on('message.ext.open', async ({ value }: { value?: unknown }, origin) => {
    const handed = MessageAction.safeParse(value).data;
    return handed
      ? listeners.onHanded(handed, origin)
      : listeners.onDialog({ data: { action: 'open-form', value: 'connection add' }, origin });
  });

  async function submitted(data: unknown, origin: Origin): Promise<DialogReply> {
    const work = onSubmission(data, origin);
    const reply = await within(untilDue(origin), work);
    if (reply !== late) return reply;
    work.catch((err: unknown) => logger.error({ err }, 'a dialog could not be finished'));
    const text = 'This takes a moment longer. If all is well, the answer comes in the conversation.';
    return dialogSaying(text);
  }
  on('dialog.submit', (activity: { value?: { data?: unknown } }, origin) =>
    submitted(activity.value?.data, origin),
  );
  // The dialog of a message extension is not closed by an empty answer.
  on('message.ext.submit', async (activity: { value?: { data?: unknown } }, origin) => {
    const reply = await submitted(activity.value?.data, origin);
    if (reply.task) return reply;
    return dialogSaying(underWay);
  });

  // The SDK answers these by itself unless somebody else does, whoever they are from; the bot signs nobody in.
  for (const name of ['signin.token-exchange', 'signin.verify-state', 'signin.failure'] as const)
    on(name, async () => undefined);
  // Heard of everywhere, so that the bot can write there later.
  on('install.add', async (_activity, origin) => {
    await life.revive(origin.actor.workspaceId);
    if (origin.reference.kind === 'personal') await listeners.onPersonalInstall(origin);
  });
  // Told for each conversation; that a tenant removed the app as a whole is told by none.
  on('install.remove', async (_activity, { actor: { workspaceId }, reference }) => {
    const left = await conversations.forget(workspaceId, reference.conversationId);
    if (left === 0) await life.end(workspaceId, 'last-conversation');
  });
  await app.initialize();
}
