import { randomUUID } from 'node:crypto';
import type { Json } from '../../simulations/slack/payloads.ts';
import type { Post } from './wire.ts';

/** What somebody may be answered privately, and in which conversation. */
type Place = {
  readonly person: string;
  readonly conversation: string;
  /** The private message that was clicked, which an answer may replace. */
  readonly post?: string | undefined;
};

type Answer = {
  readonly response_type?: string;
  readonly replace_original?: boolean;
  readonly delete_original?: boolean;
  readonly text?: string;
  readonly blocks?: readonly Json[];
};

/** A message that only one person sees. */
type Private = Place & { readonly content: Post };

/**
 * Response URLs and what comes back over them.
 * https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export function createResponses({
  origin,
  postPublicly,
}: {
  /** Address under which the bot reaches this server, once it listens. */
  readonly origin: () => string;
  readonly postPublicly: (conversation: string, content: Json) => Promise<unknown>;
}) {
  const places = new Map<string, Place>();
  const posts = new Map<string, Private>();

  function keep(place: Place, { text = '', blocks = [] }: Answer, id: string = randomUUID()): void {
    const at = posts.get(id)?.content.at ?? Date.now() / 1000;
    const content = {
      id,
      at,
      text,
      blocks,
      files: [],
      isEdited: false,
      isPrivate: true,
      replyCount: 0,
    };
    posts.set(id, { ...place, content });
  }

  return {
    /** A new response URL for one interaction. */
    urlFor(place: Place): string {
      const token = randomUUID();
      places.set(token, place);
      return `${origin()}/responses/${token}`;
    },
    /** Takes an answer in; false for a URL that was never given out. */
    async take(token: string, answer: Answer): Promise<boolean> {
      const place = places.get(token);
      if (!place) return false;
      const original = place.post !== undefined && posts.has(place.post) ? place.post : undefined;
      const { response_type: kind, replace_original: replaces, delete_original: deletes } = answer;
      if (kind === 'in_channel')
        await postPublicly(place.conversation, { text: answer.text, blocks: answer.blocks });
      else if (deletes) posts.delete(original ?? '');
      else keep(place, answer, replaces ? original : undefined);
      return true;
    },
    /** Shows what a command was acknowledged with. */
    show: keep,
    /** What a person was told privately in a conversation. */
    of: (person: string, conversation: string): Post[] =>
      [...posts.values()]
        .filter((each) => each.person === person && each.conversation === conversation)
        .map(({ content }) => content),
    has: (id: string) => posts.has(id),
    /** The time of a private message, as Slack names messages by it. */
    timeOf: (id: string) => (posts.get(id)?.content.at ?? 0).toFixed(6),
  };
}
export type Responses = ReturnType<typeof createResponses>;
