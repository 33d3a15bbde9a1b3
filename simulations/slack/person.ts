import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '../until.ts';
import { type Element, holding, untouched } from './form-state.ts';
import {
  groupChanged,
  homeOpened,
  interaction,
  mentioned,
  messageAction,
  messageShortcut,
  type Sender,
  signedHeaders,
  slashCommand,
  viewAction,
  viewSubmission,
} from './requests.ts';
import { signingSecret } from './seed.ts';
import type { SlackPost, SlackWorkspace } from './workspace.ts';

type Json = Record<string, unknown>;
export type View = {
  readonly id: string;
  readonly hash: string;
  readonly callback_id: string;
  readonly private_metadata: string;
  readonly title: { readonly text: string };
  readonly blocks: readonly Json[];
};

/** What the bot answered to a request, and when. */
export type Answer = {
  readonly status: number;
  readonly body: Json;
  readonly text: string;
  readonly ms: number;
};
export type PrivateReply = Json & { readonly text: string; readonly blocks: Json[] };

export type RequestOptions = { readonly timestamp?: number; readonly secret?: string };

/** The texts in a message, as a person reads them. */
export function readMessage({ text, blocks = [] }: { text: string; blocks?: unknown[] }): string {
  const lines = blocks.flatMap((block) => readBlock(block as Json));
  return lines.length > 0 ? lines.join('\n') : text;
}

function inline(elements: unknown): string {
  return (elements as Json[])
    .map((element) => {
      if (element.type === 'user') return `<@${String(element.user_id)}>`;
      if (element.type === 'channel') return `<#${String(element.channel_id)}>`;
      if (element.type === 'date') return String(element.fallback);
      return String(element.text ?? '');
    })
    .join('');
}

/** Slack's markup as it is shown, as far as the bot uses it. */
const shownMarkup = (text: string) =>
  text
    .replaceAll(/<(?:!date\^|https:)[^|]*\|([^>]*)>/g, '$1')
    .replaceAll(/&(lt|gt|amp);/g, (_all, name: string) => ({ lt: '<', gt: '>', amp: '&' })[name] ?? '');

/** A cell of a table: plain text, or text with a link in it. */
const cellText = ({ text, elements }: Json): string =>
  typeof text === 'string' ? text : (elements as Json[]).map((part) => inline(part.elements)).join('');

function readBlock(block: Json): string[] {
  const elements = (block.elements ?? []) as Json[];
  switch (block.type) {
    case 'rich_text':
      return elements.flatMap((part) => {
        if (part.type !== 'rich_text_list') return [inline(part.elements)];
        return (part.elements as Json[]).map((item) => `• ${inline(item.elements)}`);
      });
    case 'section': {
      const { options = [] } = (block.accessory ?? {}) as { options?: Json[] };
      const menu = options.map(({ text }) => `[${String((text as Json).text)}]`).join(' ');
      const line = shownMarkup(String((block.text as Json).text)).replaceAll(/\*([^*\n]+)\*/g, '$1');
      return [line, ...(menu ? [menu] : [])];
    }
    case 'context':
      // Slack shows a moment in place of its token, on the clock of the reader: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
      return elements.map(({ text }) => shownMarkup(String(text)));
    case 'actions':
      return [elements.map(({ text }) => `[${String((text as Json).text)}]`).join(' ')];
    case 'data_table': {
      const [columns, ...rows] = block.rows as Json[][];
      const line = (cells: Json[] = []) => cells.map(cellText).join(' | ');
      return [String(block.caption), line(columns), ...rows.map(line)];
    }
    case 'data_visualization':
      return [`Chart: ${String(block.title)}`];
    default:
      return [JSON.stringify(block)];
  }
}

/** A person in a local Slack, who types, fills in, clicks, and sees what comes back. */
export async function createSlackPerson(
  workspace: SlackWorkspace,
  botUrl: string,
  {
    userId = workspace.people.kim,
    teamId = workspace.teamId,
    channelId = workspace.channelId,
    enterpriseId,
  }: { userId?: string; teamId?: string; channelId?: string; enterpriseId?: string } = {},
) {
  const privately: PrivateReply[] = [];
  const replies = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    privately.push(JSON.parse(text) as PrivateReply);
    response.writeHead(200).end('ok');
  });
  replies.listen(0, '127.0.0.1');
  await once(replies, 'listening');
  const responseUrl = `http://127.0.0.1:${(replies.address() as AddressInfo).port}/reply`;

  let record: ((sent: { body: string; options: RequestOptions }) => void) | undefined;

  async function send(
    body: string,
    options: RequestOptions = { timestamp: Math.floor(Date.now() / 1000) },
  ): Promise<Answer> {
    record?.({ body, options });
    record = undefined;
    const started = performance.now();
    const answer = await fetch(`${botUrl}/slack/events`, {
      method: 'POST',
      headers: signedHeaders(body, { secret: signingSecret, ...options }),
      body,
    });
    const text = await answer.text();
    const ms = performance.now() - started;
    return { status: answer.status, text, body: text.startsWith('{') ? (JSON.parse(text) as Json) : {}, ms };
  }

  const sendPayload = (payload: Json, options?: RequestOptions) => send(interaction(payload), options);

  async function trigger(): Promise<string> {
    return String((await workspace.call('views.generateTriggerId', { user_id: userId })).trigger_id);
  }

  const app = { appId: 'A0XOAP', botUserId: 'U0XOAP' };
  const sender: Sender = { teamId, userId, userName: 'kim', ...app, enterpriseId };

  const commandBody = async (text: string, conversation = channelId): Promise<string> =>
    slashCommand(sender, {
      word: '/xoap',
      text,
      conversation: { id: conversation, name: 'images' },
      triggerId: await trigger(),
      responseUrl,
    });

  const filled = (view: View, values: Json) => ({ ...view, state: { values: stateOf(view, values) } });

  /** The modal as Slack shows it after so many calls that drew it; waits until the bot has made them. */
  function viewAfter(draws: number): Promise<View> {
    return until(`modal number ${draws}`, () => {
      const drawn = workspace.calls.filter(
        ({ method, answer }) => /^views\.(open|update)$/.test(method) && answer?.ok,
      );
      const call = drawn[draws - 1];
      return call && ({ ...(call.body.view as View), ...pick(call.answer?.view as View) } as View);
    });
  }

  function draws(): number {
    return workspace.calls.filter(({ method, answer }) => /^views\.(open|update)$/.test(method) && answer?.ok)
      .length;
  }

  /** What Slack sends when the modal's button is pressed. */
  const submission = (view: View, values: Json) =>
    viewSubmission(sender, { view: filled(view, values), triggerId: randomUUID() });

  return {
    userId,
    channelId,
    submission,
    privately,
    send,
    sendPayload,
    commandBody,
    draws,
    viewAfter,
    /** Keeps the next request as it was sent, to be sent again. */
    recordNext(): () => { body: string; options: RequestOptions } {
      let kept: { body: string; options: RequestOptions } | undefined;
      record = (sent) => {
        kept = sent;
      };
      return () => {
        if (!kept) throw new Error('Nothing was sent');
        return kept;
      };
    },
    /** The next private reply that has not been looked at. */
    async nextReply(): Promise<PrivateReply> {
      await until('a private reply', () => privately.length > 0);
      return privately.shift() as PrivateReply;
    },
    /** Has Slack tell that somebody joined or left a user group. */
    tellGroupChanged: (groupId: string) => send(groupChanged(sender, groupId)),
    /** Types `/xoap …`. */
    async type(text: string, conversation = channelId): Promise<Answer> {
      return send(await commandBody(text, conversation));
    },
    /** Writes a message that mentions the bot. */
    mention: (text: string) => send(mentioned(sender, { channel: channelId, text })),
    /** Chooses in a select that redraws the modal, and returns it redrawn. */
    async choose(view: View, field: string, value: string, values: Json = {}): Promise<View> {
      const before = draws();
      await sendPayload(
        viewAction(sender, {
          view: filled(view, { ...values, [field]: value }),
          action: { type: 'static_select', block_id: field, action_id: field, selected_option: { value } },
          triggerId: randomUUID(),
        }),
      );
      return viewAfter(before + 1);
    },
    /** Opens the bot's Home, and returns it as it was drawn then. */
    async openHome(): Promise<View> {
      const drawn = () =>
        workspace.calls.filter(({ method, answer }) => method === 'views.publish' && answer?.ok);
      const before = drawn().length;
      const { channel } = await workspace.callAs('bot', 'conversations.open', { users: userId });
      await send(homeOpened(sender, (channel as { id: string }).id));
      const call = await until('the Home', () => drawn()[before]);
      return { ...(call.body.view as View), ...pick(call.answer?.view as View) };
    },
    /** Clicks a button in the Home. */
    async clickInHome(view: View, action: string, value?: string): Promise<Answer> {
      const button = findButton(view.blocks, action, value);
      return sendPayload(
        viewAction(sender, {
          view: { ...view, type: 'home', state: { values: {} } },
          action: { ...button, type: 'button', value: value ?? button.value },
          triggerId: await trigger(),
        }),
      );
    },
    /** Chooses an entry of a row's menu, in the Home or in a message that one person sees. */
    async chooseInMenu(place: View | PrivateReply, row: number, label: string): Promise<Answer> {
      const menus = place.blocks.flatMap(({ accessory, block_id = unnamedBlock }) =>
        accessory ? [{ ...(accessory as Json), block_id } as Json] : [],
      );
      const options = (menus[row]?.options ?? []) as Json[];
      const selected_option = options.find(({ text }) => (text as Json).text === label);
      if (!selected_option) throw new Error(`No ${label} in row ${row}`);
      const { action_id, block_id } = (menus[row] ?? {}) as Json;
      const action = { type: 'overflow', block_id, action_id, selected_option };
      const triggerId = await trigger();
      if ('callback_id' in place || 'hash' in place)
        return sendPayload(
          viewAction(sender, {
            view: { ...(place as View), type: 'home', state: { values: {} } },
            action,
            triggerId,
          }),
        );
      return sendPayload(
        messageAction(sender, {
          action,
          conversationId: channelId,
          ts: '1.000100',
          isPrivate: true,
          triggerId,
          responseUrl,
        }),
      );
    },
    /** The Home as it is shown now. */
    home(): View {
      const drawn = workspace.calls.filter(
        ({ method, body, answer }) => method === 'views.publish' && body.user_id === userId && answer?.ok,
      );
      const call = drawn.at(-1);
      if (!call) throw new Error('No Home was drawn');
      return { ...(call.body.view as View), ...pick(call.answer?.view as View) };
    },
    /** Uses the shortcut on a message. */
    async handOver(message: Json & { readonly ts: string }, conversation = channelId): Promise<Answer> {
      const triggerId = await trigger();
      const handed = { conversationId: conversation, message, triggerId, responseUrl };
      return sendPayload(messageShortcut(sender, handed));
    },
    /** Presses the modal's button. */
    submit(view: View, values: Json, options?: RequestOptions): Promise<Answer> {
      return sendPayload(submission(view, values), options);
    },
    /** Clicks a button under a message. */
    async click(
      message: SlackPost | PrivateReply,
      action: string,
      value?: string,
      conversation = channelId,
    ): Promise<Answer> {
      const button = findButton(message.blocks, action, value);
      return sendPayload(
        messageAction(sender, {
          action: { ...button, type: 'button', value: value ?? button.value },
          conversationId: conversation,
          ts: 'ts' in message ? String(message.ts) : '1.000100',
          isPrivate: !('ts' in message),
          blocks: message.blocks,
          triggerId: await trigger(),
          responseUrl,
        }),
      );
    },
    async close() {
      replies.closeAllConnections();
      replies.close();
      await once(replies, 'close');
    },
  };
}
export type SlackPerson = Awaited<ReturnType<typeof createSlackPerson>>;

const pick = ({ id, hash }: View) => ({ id, hash });

/** Slack names blocks that have no name: https://docs.slack.dev/reference/block-kit/blocks */
const unnamedBlock = 'b';

type Pressed = { readonly block_id: unknown; readonly action_id: unknown; readonly value?: unknown };

/** What a click on a button says of it, and of the block that it is in; of several for one action the one with the value. */
function findButton(blocks: readonly Json[], action: string, wanted?: string): Pressed {
  const found = blocks.flatMap(({ elements, block_id = unnamedBlock }) =>
    ((elements ?? []) as Json[]).flatMap(({ action_id, value }): Pressed[] =>
      String(action_id).replace(/:\d+$/, '') === action ? [{ block_id, action_id, value }] : [],
    ),
  );
  return (
    found.find(({ value }) => value === wanted) ?? found[0] ?? { block_id: unnamedBlock, action_id: action }
  );
}

/** The state Slack would send for a view with these values; what is not given is blank or as preset. */
function stateOf(view: View, values: Json): Json {
  const inputs = view.blocks.filter(({ type }) => type === 'input');
  return Object.fromEntries(
    inputs.map((block) => {
      const element = block.element as Element;
      // A file and its text have the same action id; what is given decides which of the two is meant.
      const value = values[element.action_id];
      const isList = /^(file_input|checkboxes|multi_.*)$/.test(element.type);
      const given = isList === Array.isArray(value) ? value : undefined;
      return [block.block_id, { [element.action_id]: elementState(element, given) }];
    }),
  );
}

/** What an element holds: what is given, or what it was drawn with. */
function elementState(element: Element, given: unknown): Json {
  const isChoice = /^(static_select|checkboxes|multi_static_select)$/.test(element.type);
  if (given === undefined || (isChoice && given === '')) return untouched(element, '');
  const option = (value: unknown) => ({ value });
  const options = Array.isArray(given) ? given.map(option) : option(given);
  return holding(element, isChoice ? options : given);
}
