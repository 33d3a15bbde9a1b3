import type { SlackPerson } from '../../simulations/slack/person.ts';
import type { SlackWorkspace } from '../../simulations/slack/workspace.ts';

type Json = Record<string, unknown>;
/** One message of a run that was posted, perhaps not for the first time. */
type Post = { readonly ts: string; readonly blocks: readonly Json[] };

const pointer = /^This message was sent twice/;

/** What stands in each message now, from what the bot sent: a channel is read a page at a time. */
export function textsNow({ calls }: SlackWorkspace): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { method, body, answer } of calls) {
    if (!answer?.ok) continue;
    const ts = String(method === 'chat.postMessage' ? answer.ts : body.ts);
    if (method === 'chat.postMessage' || (method === 'chat.update' && texts.has(ts)))
      texts.set(ts, String(body.text));
  }
  return texts;
}

/** The posts of each message that was posted more than once. */
function postedAgain({ calls }: SlackWorkspace): Post[][] {
  const posts = calls.flatMap(({ method, body, answer }) => {
    const { event_payload: payload } = (body.metadata ?? {}) as { event_payload?: Json };
    if (method !== 'chat.postMessage' || !answer?.ok || !payload) return [];
    const post = { ts: String(answer.ts), blocks: (body.blocks ?? []) as Json[] };
    return [{ name: `${payload.run} ${payload.page}`, post }];
  });
  const byName = Map.groupBy(posts, ({ name }) => name).values();
  return [...byName].flatMap((each) => (each.length > 1 ? [each.map(({ post }) => post)] : []));
}

/** How many messages stand beside another one that says the same, and do not point to it. */
export function twinsIn(workspace: SlackWorkspace): { all: number; clickable: number; texts: string[] } {
  const texts = textsNow(workspace);
  const standing = postedAgain(workspace).map((posts) =>
    posts.filter(({ ts }) => !pointer.test(texts.get(ts) ?? '')),
  );
  const twins = standing.flatMap((posts) => posts.slice(1));
  return {
    all: twins.length,
    clickable: twins.filter(({ blocks }) => buttonsOf(blocks)).length,
    texts: twins.map(({ ts }) => texts.get(ts) ?? ''),
  };
}

const buttonsOf = (blocks: readonly Json[]) => blocks.find(({ type }) => type === 'actions');

/** Clicks in every message that was posted again, as somebody would who comes upon it. */
export async function clickTwins(workspace: SlackWorkspace, person: SlackPerson): Promise<void> {
  for (const { ts, blocks } of postedAgain(workspace).flat()) {
    const buttons = buttonsOf(blocks);
    if (!buttons) continue;
    // A button that changes nothing, in the place of those that are there: which of the posts counts is not known here.
    const asks = { type: 'button', action_id: 'check-progress', value: 'none' };
    await person.click({ ts, text: '', blocks: [{ ...buttons, elements: [asks] }] }, 'check-progress');
  }
}
