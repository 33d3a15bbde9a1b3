import { randomUUID } from 'node:crypto';
import { until } from '../until.ts';
import { actionsIn, cardProblems, readCard } from './card-checker.ts';
import { botId, type TeamsPost, type TeamsTenant } from './tenant.ts';

type Json = Record<string, unknown>;

export type Conversation = { readonly id: string; readonly kind: 'channel' | 'groupChat' | 'personal' };
export const channel: Conversation = { id: '19:images@thread.tacv2', kind: 'channel' };
export const groupChat: Conversation = { id: '19:group@thread.v2', kind: 'groupChat' };
export const personalChat: Conversation = { id: 'a:personal', kind: 'personal' };

export type TeamsAnswer = { readonly status: number; readonly body: Json; readonly ms: number };
/** A dialog that is open: its card, and what it was opened from. */
export type Dialog = { readonly card: Json; readonly title: string; readonly isExtension: boolean };

type PersonOptions = {
  readonly name?: string;
  readonly userId?: string;
  readonly tenantId?: string;
  readonly at?: Conversation;
};

/** A person in a local Teams, who types, fills in, clicks, and sees what comes back. */
export function createTeamsPerson(
  tenant: TeamsTenant,
  botUrl: string,
  {
    name = 'Kim Example',
    userId = '00000000-0000-4000-8000-00000000041a',
    tenantId = tenant.tenantId,
    at = channel,
  }: PersonOptions = {},
) {
  const from = { id: `29:${userId}`, aadObjectId: userId, name };

  function activity(more: Json, where = at): Json {
    const rootId = String(Date.now());
    const id =
      where.kind === 'channel' && !where.id.includes(';') ? `${where.id};messageid=${rootId}` : where.id;
    return {
      id: randomUUID(),
      timestamp: new Date().toISOString(),
      channelId: 'msteams',
      serviceUrl: tenant.serviceUrl,
      from,
      recipient: { id: botId, name: 'xoap' },
      conversation: { id, conversationType: where.kind, tenantId },
      channelData: { tenant: { id: tenantId } },
      ...more,
    };
  }

  async function send(body: Json, headers?: Record<string, string>): Promise<TeamsAnswer> {
    const authorization = `Bearer ${await tenant.token()}`;
    const started = performance.now();
    const answer = await fetch(`${botUrl}/api/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(headers ?? { authorization }) },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    const ms = performance.now() - started;
    return { status: answer.status, body: text.startsWith('{') ? (JSON.parse(text) as Json) : {}, ms };
  }

  function dialogIn({ body }: TeamsAnswer, isExtension: boolean): Dialog {
    const { task } = body as { task?: { type: string; value: { card: { content: Json }; title: string } } };
    if (task?.type !== 'continue') throw new Error(`No dialog: ${JSON.stringify(body)}`);
    tenant.problems.push(...cardProblems(task.value.card.content));
    return { card: task.value.card.content, title: task.value.title, isExtension };
  }

  const invoke = (invokeName: string, value: unknown, more: Json = {}, where = at) =>
    send(activity({ type: 'invoke', name: invokeName, value, ...more }, where));

  const button = (card: Json, title: string): Json => {
    const found = actionsIn(card).find((action) => action.title === title);
    if (!found) throw new Error(`No button "${title}" in: ${readCard(card)}`);
    return found;
  };

  return {
    userId,
    activity,
    send,
    invoke,
    dialogIn,
    /** Types a command; in channels and group chats it mentions the bot. */
    type(text: string, where = at): Promise<TeamsAnswer> {
      const isDirect = where.kind === 'personal';
      return send(
        activity(
          {
            type: 'message',
            textFormat: 'plain',
            text: isDirect ? text : `<at>xoap</at>&nbsp;${text}\r\n`,
            ...(!isDirect && {
              entities: [{ type: 'mention', text: '<at>xoap</at>', mentioned: { id: botId, name: 'xoap' } }],
            }),
          },
          where,
        ),
      );
    },
    /** Opens the dialog of the message extension. */
    async openExtension(where = at): Promise<Dialog> {
      const value = { commandId: 'connection-add', commandContext: 'compose' };
      return dialogIn(await invoke('composeExtension/fetchTask', value, {}, where), true);
    },
    /** Uses the message action on a message; returns what the dialog says. */
    async handOver(messagePayload: Json, where = at): Promise<TeamsAnswer> {
      const value = { commandId: 'explain-failure', commandContext: 'message', messagePayload };
      return invoke('composeExtension/fetchTask', value, {}, where);
    },
    /** Clicks a button that opens a dialog. */
    async openDialog(post: TeamsPost, title: string): Promise<Dialog> {
      return dialogIn(await this.fetchDialog(post, title), false);
    },
    fetchDialog({ card, id, conversationId }: TeamsPost, title: string): Promise<TeamsAnswer> {
      const { data } = button(card, title);
      return invoke(
        'task/fetch',
        { data, context: { theme: 'default' } },
        { replyToId: id },
        { ...at, id: conversationId },
      );
    },
    /** Presses a button of a dialog. */
    press({ card, isExtension }: Dialog, title: string, values: Json = {}): Promise<TeamsAnswer> {
      const { data } = button(card, title);
      return invoke(isExtension ? 'composeExtension/submitAction' : 'task/submit', {
        ...(isExtension && { commandId: 'connection-add', commandContext: 'compose' }),
        data: { ...presets(card), ...values, ...(data as Json) },
      });
    },
    /** Clicks a button under a card. */
    click({ card, id, conversationId }: TeamsPost, title: string): Promise<TeamsAnswer> {
      const { verb, data } = button(card, title);
      const action = { type: 'Action.Execute', verb, data };
      return invoke(
        'adaptiveCard/action',
        { action, trigger: 'manual' },
        { replyToId: id },
        { ...at, id: conversationId },
      );
    },
    /** The same from a client that knows no `Action.Execute`. */
    clickFallback({ card, id, conversationId }: TeamsPost, title: string): Promise<TeamsAnswer> {
      const { data } = button(card, title).fallback as Json;
      const where = { ...at, id: conversationId };
      return send(activity({ type: 'message', value: data, replyToId: id }, where));
    },
    /** A card whose text matches, once it is there. */
    card(text: RegExp): Promise<TeamsPost> {
      return until(`a card with ${text}`, () => tenant.posts.find(({ card }) => text.test(readCard(card))));
    },
    /** The cards in the thread of a root, once there are so many. */
    thread(root: TeamsPost, length: number): Promise<TeamsPost[]> {
      return until(`${length} replies`, () => {
        const { conversationId } = root;
        const replies = tenant.posts.filter(
          (post) => post !== root && post.conversationId === conversationId,
        );
        return replies.length >= length && replies;
      });
    },
  };
}
export type TeamsPerson = ReturnType<typeof createTeamsPerson>;

/** What stands in the inputs of a card already, as Teams sends it along. */
function presets(card: Json): Json {
  const inputs = (card.body as Json[]).filter(({ type }) => String(type).startsWith('Input.'));
  return Object.fromEntries(inputs.map(({ id, value }) => [String(id), value ?? '']));
}
