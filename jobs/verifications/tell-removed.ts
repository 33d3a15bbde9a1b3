import type { z } from 'zod';
import type { AdapterOf } from '../../src/chat/delivery/chat-adapter.ts';
import { removedByMessage } from '../../src/chat/messages/verification-messages.ts';
import { isAppError } from '../../src/errors.ts';
import type { RemovedJob } from './verification-job.ts';

/** Creates what says under old verdicts that their connection is gone, so that nobody clicks what does nothing. */
export function createTellRemoved({ adapterOf }: { readonly adapterOf: AdapterOf }) {
  return async function tellRemoved({
    workspaceId,
    name,
    by,
    roots,
  }: z.infer<typeof RemovedJob>): Promise<void> {
    const adapter = adapterOf(workspaceId);
    const message = removedByMessage(name, by);
    for (const root of roots)
      await adapter.update(workspaceId, root, message).catch((error: unknown) => {
        if (!isAppError(error, 'chat.message-gone', 'chat.bot-not-in-conversation')) throw error;
      });
  };
}
