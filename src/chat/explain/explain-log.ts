import { z } from 'zod';
import type { Actor } from '../../access/policy.ts';
import type { ReplayGuard } from '../../access/replay-guard.ts';
import { isAppError } from '../../errors.ts';
import type { Explanation } from '../../explain/explanation.ts';
import type { Logger } from '../../logger.ts';
import { sentPrivately, type TellPrivately } from '../delivery/tell-privately.ts';
import { nothingToExplain, tooMuchUnderWay } from '../messages/explanation-messages.ts';
import { faultMessage } from '../messages/fault-message.ts';
import type { ChatContext } from '../model/context.ts';
import type { HandedMessage } from '../model/handed.ts';
import type { CommandHandler, FormHandler } from '../model/handlers.ts';
import { type Message, sentence } from '../model/message.ts';
import { type Reply, refusalAt, replyWith } from '../model/reply.ts';
import { explainForm, fileField, textField } from './explain-form.ts';
import { readHanded } from './read-handed.ts';
import { createTellExplanation, type TellExplanationDependencies } from './tell-explanation.ts';
import type { UnderWay } from './under-way.ts';

export const ExplainDraft = z.object({ form: z.literal('explain-log'), conversationId: z.string() });
export type ExplainDraft = z.infer<typeof ExplainDraft>;

/** Reads a log. Throws `explain.gave-up` where that took too long. */
export type ExplainText = (log: string) => Promise<Explanation>;

export type ExplainLogDependencies = TellExplanationDependencies & {
  readonly explainText: ExplainText;
  readonly tellPrivately: TellPrivately;
  readonly underWay: UnderWay;
  readonly replayGuard: ReplayGuard;
  readonly logger: Logger;
  readonly commandWord: string;
};

/** Creates what explains logs: typed, pasted into a form, attached, or handed over as a message. */
export function createExplainLog(dependencies: ExplainLogDependencies) {
  const { explainText, tellPrivately, underWay } = dependencies;
  const { formTokens, replayGuard, logger, commandWord } = dependencies;
  const tell = createTellExplanation(dependencies);

  /** Reads what was given and says what it means. */
  async function explain(given: HandedMessage, context: ChatContext): Promise<Reply> {
    const done = await underWay.run(context.actor, async (): Promise<Reply> => {
      const { log, unread } = await readHanded(given);
      if (log === '')
        return replyWith(unread.length > 0 ? sentence(unread.join(' ')) : nothingToExplain(commandWord));
      try {
        return await tell({ explanation: await explainText(log), unread }, context, given.threadId);
      } catch (error) {
        if (!isAppError(error, 'explain.gave-up')) throw error;
        return replyWith(sentence(`${error.message}. ${error.hint ?? ''}`.trim()));
      }
    });
    return 'kind' in done ? done : replyWith(tooMuchUnderWay(done));
  }

  const open: CommandHandler = (argument, context) => {
    const { actor, conversationId } = context;
    if (argument !== '') return explain({ text: argument, files: [] }, context);
    const draft: ExplainDraft = { form: 'explain-log', conversationId };
    return { kind: 'form', form: explainForm(formTokens.sign(draft, actor)) };
  };

  /** Explains what a form held, when the form is closed already: what goes wrong is written to the person. */
  async function explainLater(given: HandedMessage, actor: Actor, conversationId: string): Promise<void> {
    const tellThem = async (message: Message) =>
      tellPrivately(actor, message).catch((err: unknown) => logger.warn({ err }, 'a person cannot be told'));
    try {
      const reply = await explain(given, { actor, conversationId });
      // Where the answer is can be seen: it is in the same conversation.
      if ('message' in reply && reply.message !== sentPrivately) await tellThem(reply.message);
    } catch (err) {
      await tellThem(faultMessage(err, logger));
    }
  }

  const handler: FormHandler<ExplainDraft> = {
    redraw: ({ token, values }) => explainForm(token, values),
    async submit({ actor, values, once, attached = {} }, { conversationId }) {
      const { [textField]: text = '' } = values;
      const { [fileField]: file } = attached;
      if (typeof text !== 'string' || (text.trim() === '' && !file))
        return refusalAt(textField, 'Paste what the build printed, or the last lines of it.');
      if (!(await replayGuard.claim(once))) return { kind: 'replayed' };
      underWay.later(explainLater({ text, files: file ? [file] : [] }, actor, conversationId));
      return { kind: 'accepted' };
    },
  };

  return { open, explain, ...handler };
}
