import type { AnyBlock } from '@slack/types';
import { z } from 'zod';
import type { MessageMark, MessageName } from '../../src/chat/delivery/chat-adapter.ts';

// Slack has no key against posting twice, so each message of a run says whose it is: to Slack's event about it, and to whoever
// clicks in it. Ids only: every app that may read the channel can read them.

/** Letters, digits, `_` and `-`; anything else is dropped: https://docs.slack.dev/messaging/message-metadata */
export const markType = 'xoap_message';

const Metadata = z.object({
  event_type: z.literal(markType),
  event_payload: z.object({ run: z.string(), page: z.string(), attempt: z.number() }),
});

export const metadataOf = ({ runId: run, name: page, attempt }: MessageMark): z.infer<typeof Metadata> => ({
  event_type: markType,
  event_payload: { run, page, attempt },
});

/** Which message it is that carries this; undefined where it is none of a run. */
export function nameInMetadata(metadata: unknown): MessageName | undefined {
  const { data } = Metadata.safeParse(metadata);
  return data && { runId: data.event_payload.run, name: data.event_payload.page };
}

/** Blocks whose clicks tell which message they are in; an edit of the message draws them without that. */
export const markedBlocks = (blocks: readonly AnyBlock[], { runId, name }: MessageName): AnyBlock[] =>
  blocks.map((block, index) =>
    block.type === 'actions' || 'accessory' in block
      ? { ...block, block_id: `${runId} ${name} ${index}` }
      : block,
  );

/** The same from the block of a click. */
export function nameInBlock(blockId: string | undefined): MessageName | undefined {
  const [runId, name, index] = blockId?.split(' ') ?? [];
  return runId && name && index ? { runId, name } : undefined;
}
