import type {
  ChatAdapter,
  Destination,
  Groups,
  MessageMark,
  MessageRef,
} from '../../src/chat/delivery/chat-adapter.ts';
import { type Pacing, waitForTurn } from '../../src/chat/delivery/pacing.ts';
import type { Message } from '../../src/chat/model/message.ts';
import { AppError, isAppError } from '../../src/errors.ts';
import { altWithin, type Picture } from '../../src/reports/pictures/picture.ts';
import type { ClientsOf, WorkspaceClients } from './clients.ts';
import { draw } from './draw.ts';
import type { Endings } from './endings.ts';
import { isAnswerLost, platformCode, slackError } from './errors.ts';
import { publish } from './home.ts';
import { limits } from './limits.ts';
import { markedBlocks, metadataOf } from './mark.ts';
import { isNative, pictureOf, withoutNative } from './native.ts';
import { isFile, paginate } from './paginate.ts';
import { heardWithinMs, postedScope } from './posted.ts';
import { escapeText } from './render.ts';
import { asWords, filesScope, inPieces } from './without-files.ts';

const extensions = {
  json: 'json',
  shell: 'sh',
  powershell: 'ps1',
  hcl: 'tf',
  bicep: 'bicep',
  text: 'txt',
} as const;

/** Milliseconds that a message waits for its turn here; longer than that, its job waits in the queue. */
const patienceMs = 3_000;

type Attachment = {
  readonly filename: string;
  readonly title: string;
  readonly initial_comment: string;
} & ({ readonly content: string } | { readonly file: Buffer });

export type SlackAdapterDependencies = {
  readonly clientsOf: ClientsOf;
  readonly endings: Pick<Endings, 'isOver'>;
  readonly groups?: Groups;
  readonly pacing: Pacing;
  readonly commandWord: string;
};

/** Messages that nobody waits for, through Slack's Web API. */
export function createSlackAdapter({
  clientsOf,
  endings,
  groups,
  pacing,
  commandWord,
}: SlackAdapterDependencies): ChatAdapter {
  /** Workspaces that newer blocks have not reached, so that they are not asked each time. */
  const without = new Set<string>();

  /** What a failed call means. */
  async function faultOf(
    workspaceId: string,
    what: string,
    { cause, waitMs }: { readonly cause: unknown; readonly waitMs?: number | undefined },
  ) {
    if (!(await endings.isOver(workspaceId, cause))) return slackError(cause, what, waitMs);
    return new AppError(`Cannot ${what}: the workspace has ended`, { code: 'workspaces.ended', cause });
  }

  async function calling<Result>(
    workspaceId: string,
    what: string,
    call: (clients: WorkspaceClients) => Promise<Result>,
  ): Promise<Result> {
    const clients = await clientsOf(workspaceId);
    try {
      return await call(clients);
    } catch (cause) {
      throw await faultOf(workspaceId, what, { cause });
    }
  }

  function thread({ conversationId: channel, threadId }: Destination) {
    return threadId ? { channel_id: channel, thread_ts: threadId } : { channel_id: channel };
  }

  /** Attaches a file; undefined where the workspace does not let the bot. */
  async function attach(to: Destination, what: string, file: Attachment): Promise<MessageRef | undefined> {
    const { grants } = await clientsOf(to.workspaceId);
    if (!grants.has(filesScope)) return undefined;
    try {
      await calling(to.workspaceId, what, ({ posting }) => posting.filesUploadV2({ ...thread(to), ...file }));
    } catch (error) {
      // A worker learns which scopes there are from what Slack answers.
      if (!isAppError(error) || platformCode(error.cause) !== 'missing_scope') throw error;
      grants.lacks(filesScope);
      return undefined;
    }
    return { conversationId: to.conversationId, messageId: file.filename };
  }

  /** Sends a snippet that is too long for a message as a file, or in pieces. */
  async function upload(to: Destination, message: Message, mark?: MessageMark): Promise<MessageRef> {
    const { summary, parts } = message;
    const snippet = parts.find(isFile);
    const sent = await attach(to, 'upload a file', {
      content: snippet?.text ?? '',
      filename: `snippet.${extensions[snippet?.language ?? 'text']}`,
      title: summary,
      initial_comment: escapeText(summary),
    });
    if (sent) return sent;
    const [first, ...others] = inPieces(message);
    const ref = await postDrawn(to, first ?? message, mark);
    for (const piece of others) await postDrawn(to, piece);
    return ref;
  }

  /**
   * Sends a picture as a file, and with it the text that says the same: the SDK names Slack's own argument for that
   * wrongly, and under its right name files were uploaded and then not shown.
   * https://github.com/slackapi/python-slack-sdk/issues/1818
   */
  async function uploadPicture(to: Destination, picture: Picture, title: string): Promise<MessageRef> {
    const alt = altWithin(picture, limits.alternativeText);
    const sent = await attach(to, 'upload a picture', {
      file: Buffer.from(picture.png, 'base64'),
      filename: 'report.png',
      title,
      initial_comment: escapeText(`${title}\n${alt}`),
    });
    return sent ?? postDrawn(to, asWords(title, alt));
  }

  /** Sends a message, or the same without newer blocks where the workspace does not know them. */
  async function withNewBlocks<Result>(
    workspaceId: string,
    message: Message,
    { send, otherwise }: { send: (message: Message) => Promise<Result>; otherwise: () => Promise<Result> },
  ): Promise<Result> {
    if (!message.parts.some(isNative)) return send(message);
    if (without.has(workspaceId)) return otherwise();
    try {
      return await send(message);
    } catch (error) {
      if (!isAppError(error, 'chat.message-refused')) throw error;
      without.add(workspaceId);
      return otherwise();
    }
  }

  /** How long to wait before a message is posted again whose answer was lost: Slack may tell of it meanwhile. */
  async function waitToHear(
    cause: unknown,
    { facts, grants }: WorkspaceClients,
  ): Promise<number | undefined> {
    if (!isAnswerLost(cause)) return undefined;
    // Asked only where nothing was posted yet: a Slack that loses answers may not answer this either.
    if (!grants.isKnown()) grants.learn((await facts()).scopes);
    return grants.isKnown() && grants.has(postedScope) ? heardWithinMs : undefined;
  }

  async function postDrawn(to: Destination, message: Message, mark?: MessageMark): Promise<MessageRef> {
    const { conversationId: channel, threadId: thread_ts } = to;
    const clients = await clientsOf(to.workspaceId);
    const { text, blocks } = await draw(message, clients.people);
    try {
      const posted = await clients.posting.chat.postMessage({
        channel,
        text,
        blocks: mark ? markedBlocks(blocks, mark) : blocks,
        ...(mark && { metadata: metadataOf(mark) }),
        ...(thread_ts && { thread_ts }),
        unfurl_links: false,
      });
      clients.grants.learn(posted.response_metadata?.scopes);
      return { conversationId: posted.channel ?? channel, messageId: posted.ts ?? '' };
    } catch (cause) {
      const waitMs = await waitToHear(cause, clients);
      throw await faultOf(to.workspaceId, 'post a message', { cause, waitMs });
    }
  }

  /** A page was made with room for its lists, so cutting them into blocks makes no second one. */
  const onePage = (message: Message) => paginate(message)[0] ?? message;

  /** The same without newer blocks: pictures by themselves, the rest as words. */
  async function postPlain(to: Destination, message: Message, mark?: MessageMark): Promise<MessageRef> {
    const { message: plain, pictures } = withoutNative(message);
    let ref = plain.parts.length > 0 ? await postDrawn(to, onePage(plain), mark) : undefined;
    for (const picture of pictures) ref = await uploadPicture(to, picture, message.summary);
    return ref ?? { conversationId: to.conversationId, messageId: '' };
  }

  async function direct(workspaceId: string, userId: string): Promise<string> {
    const opened = await calling(workspaceId, 'open a direct conversation', ({ usual }) =>
      usual.conversations.open({ users: userId }),
    );
    return opened.channel?.id ?? userId;
  }

  return {
    commandWord,
    ...(groups && { groups }),
    inviteHint: `To get answers there, type /invite with the name of this bot in that channel, and ${commandWord} again.`,
    paginate,
    async post(to, message, { inBulk = false, mark } = {}) {
      if (inBulk) await waitForTurn(pacing, to.conversationId, patienceMs);
      if (message.parts.some(isFile)) return upload(to, message, mark);
      const isDrawable = message.parts.every((part) => isNative(part) || !pictureOf(part));
      const otherwise = () => postPlain(to, message, mark);
      if (!isDrawable) return otherwise();
      return withNewBlocks(to.workspaceId, message, {
        send: (whole) => postDrawn(to, whole, mark),
        otherwise,
      });
    },
    async update(workspaceId, { conversationId: channel, messageId: ts }, message) {
      const send = (shown: Message) =>
        calling(workspaceId, 'change a message', async ({ usual, people }) => {
          await usual.chat.update({ channel, ts, ...(await draw(shown, people)) });
        });
      const otherwise = () => send(onePage(withoutNative(message).message));
      await withNewBlocks(workspaceId, message, { send, otherwise });
    },
    async showHome(workspaceId, { userId: user, conversationId: channel }, message) {
      await calling(workspaceId, 'draw a Home', ({ usual, people }) =>
        publish({ user, channel }, message, { urgent: usual, people }),
      );
    },
    async sendFile(workspaceId, userId, { name, content }) {
      const conversationId = await direct(workspaceId, userId);
      const file = { file: content, filename: name, title: name, initial_comment: escapeText(name) };
      return (await attach({ workspaceId, conversationId }, 'send a file', file)) !== undefined;
    },
    async linkTo(workspaceId, { conversationId, messageId }) {
      const { facts } = await clientsOf(workspaceId);
      // As chat.getPermalink makes them.
      const { url } = await facts();
      return url && `${url}archives/${conversationId}/p${messageId.replace('.', '')}`;
    },
    directConversation: direct,
  };
}
