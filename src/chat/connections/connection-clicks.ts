import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { parseCommand } from '../commands.ts';
import type { MessageRef } from '../delivery/chat-adapter.ts';
import { allChecksMessage, fixMessage } from '../messages/finding-messages.ts';
import type { ChatContext } from '../model/context.ts';
import { type ButtonAction, plainText, type Span, say, sentence, typed } from '../model/message.ts';
import type { Reply } from '../model/reply.ts';
import { createReportClicks } from '../reports/report-clicks.ts';
import { createChangeConnection, verifyChanged } from './change-connection.ts';
import { type ChoiceDraft, choiceForm } from './choose-objects.ts';
import {
  alreadyRunning,
  type ChatDependencies,
  formOf,
  notFound,
  notPermitted,
} from './connection-commands.ts';
import { connectionList } from './connection-list.ts';

/** A click on a button; its value is what we once wrote there, but came back from outside. */
export type Click = {
  readonly action: ButtonAction;
  readonly value: string;
  /** The message the button is on. */
  readonly message: MessageRef | undefined;
};

type ClickContext = ChatContext & { readonly root: MessageRef | undefined };

const Page = z.object({ match: z.string(), offset: z.int().min(0) });

const Confirmation = z.object({ id: z.string(), confirm: z.record(z.string(), z.string()) });

function readConfirmation(value: string) {
  try {
    return Confirmation.parse(JSON.parse(value));
  } catch {
    return undefined;
  }
}

function readPage(value: string) {
  try {
    return Page.parse(JSON.parse(value));
  } catch {
    return { match: '', offset: 0 };
  }
}

/** Creates the handler of clicks; each is authorised anew, and an id is looked up in the clicker's workspace only. */
export function createClickHandler(dependencies: ChatDependencies) {
  const { providers, store, history, requests, policy, audit } = dependencies;

  const changeConnection = createChangeConnection(dependencies);
  const onReports = createReportClicks(dependencies);

  /** The connection and the request to verify it, if this person may. */
  async function permitted(connectionId: string, { actor, conversationId, root }: ClickContext) {
    const connection = await store.find(actor.workspaceId, connectionId);
    if (!connection || !policy.permits(actor, 'connection.verify', connection)) return undefined;
    const request = {
      workspaceId: actor.workspaceId,
      connectionId,
      askedBy: actor.userId,
      conversationId,
      trigger: 'again',
      ...(root && { root }),
    } as const;
    return { connection, request };
  }

  async function verifyAgain(connectionId: string, context: ClickContext): Promise<Reply> {
    const found = await permitted(connectionId, context);
    if (!found) return { kind: 'message', message: notFound };
    const { connection, request } = found;
    const { actor } = context;
    if ((await requests.request(request)) === 'already-running') {
      return { kind: 'message', message: alreadyRunning(connection.name) };
    }
    await audit.record({ actor, action: 'connection.verify', outcome: 'done', connectionId });
    return { kind: 'none' };
  }

  async function verifyLater(connectionId: string, context: ClickContext): Promise<Reply> {
    const found = await permitted(connectionId, context);
    if (!found) return { kind: 'message', message: notFound };
    const { connection, request } = found;
    const minutes = providers.find(connection.provider)?.settlingMinutes ?? 0;
    const { at, isOld } = await requests.requestLater(request, minutes * 60_000);
    await audit.record({ actor: context.actor, action: 'connection.verify', outcome: 'done', connectionId });
    const where = isOld ? ', as was asked before; the answer comes where that was.' : '.';
    const spans: Span[] = [
      { bold: typed(connection.name) },
      ' will be verified again at ',
      { time: at },
      where,
    ];
    return { kind: 'message', message: { summary: plainText(spans), parts: [say(...spans)] } };
  }

  /** Takes what a person saw and confirmed into the credential, as long as it is what the newest check offers. */
  async function confirm(value: string, context: ClickContext): Promise<Reply> {
    const confirmation = readConfirmation(value);
    const found = confirmation && (await permitted(confirmation.id, context));
    if (!found) return { kind: 'message', message: notFound };
    const { connection, request } = found;
    const { actor } = context;
    const { workspaceId, connectionId } = request;
    const isPermitted = policy.permits(actor, 'connection.change', connection);
    const outcome = isPermitted ? 'done' : 'refused';
    await audit.record({ actor, action: 'connection.change', outcome, connectionId });
    if (!isPermitted) return { kind: 'message', message: notPermitted(connection.name, 'change') };
    const latest = await history.latest({ workspaceId, connectionId });
    if (!isDeepStrictEqual(latest?.error?.confirm, confirmation.confirm)) {
      const text = `What ${typed(connection.name)} offers to confirm is not what you saw any more. Verify again and look at it anew.`;
      return { kind: 'message', message: sentence(text) };
    }
    const change = { fields: confirmation.confirm, changedBy: actor.userId };
    if ((await changeConnection(connection, change)) !== 'changed')
      return { kind: 'message', message: notFound };
    await verifyChanged(requests, request);
    return { kind: 'none' };
  }

  /** Opens the form with what the account sees. */
  async function chooseObjects(connectionId: string, context: ClickContext): Promise<Reply> {
    const { actor, conversationId, root } = context;
    const { workspaceId } = actor;
    const [connection, choices] = await Promise.all([
      store.find(workspaceId, connectionId),
      history.choices({ workspaceId, connectionId }),
    ]);
    const provider = connection && providers.find(connection.provider);
    if (!connection || !provider) return { kind: 'message', message: notFound };
    if (!policy.permits(actor, 'connection.change', connection))
      return { kind: 'message', message: notPermitted(connection.name, 'change') };
    const draft: ChoiceDraft = { conversationId, connectionId, root };
    const token = dependencies.signer.sign(draft, actor);
    const form = choiceForm(provider, choices, { token, name: connection.name });
    if (form.fields.length > 0) return { kind: 'form', form };
    const nothing = `The account of ${typed(connection.name)} saw nothing that could be chosen. Verify again once it does.`;
    return { kind: 'message', message: sentence(nothing) };
  }

  /** Shows the person alone what the latest verification says; `draw` makes the message of it. */
  async function show(
    connectionId: string,
    { actor }: ChatContext,
    draw: typeof allChecksMessage,
  ): Promise<Reply> {
    const connection = await store.find(actor.workspaceId, connectionId);
    const provider = connection && providers.find(connection.provider);
    if (!connection || !provider || !policy.permits(actor, 'connection.show', connection)) {
      return { kind: 'message', message: notFound };
    }
    const verification = await history.latest({ workspaceId: actor.workspaceId, connectionId });
    const message = verification
      ? draw({ connection, provider }, verification)
      : sentence(`${typed(connection.name)} has not been verified yet.`);
    return { kind: 'message', message };
  }

  async function remove(connectionId: string, { actor }: ChatContext): Promise<Reply> {
    const connection = await store.find(actor.workspaceId, connectionId);
    if (!connection) return { kind: 'replacement', message: notFound };
    const outcome = policy.permits(actor, 'connection.remove', connection) ? 'done' : 'refused';
    if (outcome === 'done') await store.remove(actor.workspaceId, connectionId);
    await audit.record({ actor, action: 'connection.remove', outcome, connectionId });
    // The question stays for whoever may answer it.
    if (outcome === 'refused') return { kind: 'message', message: notPermitted(connection.name) };
    const text = `Removed ${typed(connection.name)} with its credential and its history. To be safe, delete the key at the provider too.`;
    return { kind: 'replacement', message: sentence(text) };
  }

  async function keep(connectionId: string, { actor }: ChatContext): Promise<Reply> {
    const connection = await store.find(actor.workspaceId, connectionId);
    if (connection && !policy.permits(actor, 'connection.remove', connection))
      return { kind: 'message', message: notPermitted(connection.name) };
    return { kind: 'replacement', message: sentence('Nothing was removed.') };
  }

  return async function handleClick(click: Click, context: ChatContext): Promise<Reply> {
    switch (click.action) {
      case 'open-form': {
        const form = await formOf(dependencies, parseCommand(click.value), context);
        return form ? { kind: 'form', form } : { kind: 'message', message: notFound };
      }
      case 'verify-again':
        return verifyAgain(click.value, { ...context, root: click.message });
      case 'verify-later':
        return verifyLater(click.value, { ...context, root: click.message });
      case 'confirm':
        return confirm(click.value, { ...context, root: click.message });
      case 'choose-objects':
        return chooseObjects(click.value, { ...context, root: click.message });
      case 'show-all-checks':
        return show(click.value, context, allChecksMessage);
      case 'show-fix':
        return show(click.value, context, fixMessage);
      case 'verify-connection':
        return verifyAgain(click.value, { ...context, root: undefined });
      case 'report-again':
        return onReports.again(click.value, context, click.message);
      case 'report-now':
        return onReports.again(click.value, context, undefined);
      case 'snooze-report':
        return onReports.snooze(click.value, context);
      case 'change-schedule':
        return onReports.change(click.value, context);
      case 'remove-schedule':
        return onReports.remove(click.value, context);
      case 'keep-schedule':
        return onReports.keep(click.value, context);
      case 'remove-connection':
        return remove(click.value, context);
      case 'keep-connection':
        return keep(click.value, context);
      case 'list-more':
        return {
          kind: 'message',
          message: await connectionList(dependencies, context.actor, readPage(click.value)),
        };
      default:
        return click.action satisfies never;
    }
  };
}
