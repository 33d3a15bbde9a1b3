import type { Conversations } from './conversations.ts';
import { Refusal } from './refusal.ts';
import type { PlaygroundSettings } from './settings.ts';
import { snippetsIn } from './snippets.ts';
import type { Fixed, Post, Seat } from './wire.ts';

export type FixDependencies = Pick<PlaygroundSettings, 'slack' | 'clouds'> & {
  readonly conversations: Conversations;
};

/** Creates what carries the fix of a thread out on the simulated clouds. */
export function createFix({ slack, clouds, conversations }: FixDependencies) {
  /** A reply with what stands in its files, since a long snippet goes out as one. */
  async function unfolded(reply: Post): Promise<Post> {
    const files = reply.files.filter(({ isPicture }) => !isPicture);
    const texts = await Promise.all(
      files.map(async ({ id }) => (await slack.download(id)).content.toString()),
    );
    const elements = texts.map((text) => ({
      type: 'rich_text_preformatted',
      elements: [{ type: 'text', text }],
    }));
    return { ...reply, blocks: [...reply.blocks, { type: 'rich_text', elements }] };
  }

  return async function fix(place: Seat & { conversation: string; post: string }): Promise<Fixed> {
    const [root, ...replies] = await conversations.thread(place.person, place.conversation, place.post);
    const snippets = snippetsIn(await Promise.all(replies.map(unfolded)));
    if (snippets.length === 0) throw new Refusal('This thread holds no fix that a command could carry out.');
    try {
      return clouds.carryOut(snippets, JSON.stringify(root?.blocks));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Refusal(`The simulated clouds refused the fix: ${reason}.`, { cause });
    }
  };
}
