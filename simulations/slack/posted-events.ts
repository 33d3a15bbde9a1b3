import { metadataPosted, type Sender, signedHeaders } from './requests.ts';
import { signingSecret } from './seed.ts';
import type { SlackWorkspace } from './workspace.ts';

/** Milliseconds before each try: at once, almost at once, after a minute and after five: https://docs.slack.dev/apis/events-api */
const tries = [0, 1_000, 60_000, 300_000];
/** Milliseconds in which an app has to answer. */
const patienceMs = 3_000;

/**
 * Tells the bot of its own messages with metadata, as Slack does where the scope is granted and the app subscribed to itself.
 * How long Slack takes for that is not documented; here it is done at once. Slack tells only of channels where the bot is.
 */
export function tellOfPosts(workspace: SlackWorkspace, botUrl: string) {
  const { teamId } = workspace;
  const sender: Sender = { teamId, userId: '', userName: '', appId: 'A0XOAP', botUserId: 'U0XOAP' };
  const timers = new Set<NodeJS.Timeout>();
  let open = 0;
  let isOver = false;

  async function isTaken(body: string): Promise<boolean> {
    try {
      const answer = await fetch(`${botUrl}/slack/events`, {
        method: 'POST',
        headers: signedHeaders(body, { secret: signingSecret }),
        body,
        signal: AbortSignal.timeout(patienceMs),
      });
      return answer.ok;
    } catch {
      return false;
    }
  }

  function send(body: string, tried = 0): void {
    const wait = tries[tried];
    if (wait === undefined) {
      open -= 1;
      return;
    }
    const timer = setTimeout(async () => {
      timers.delete(timer);
      if (await isTaken(body)) open -= 1;
      else send(body, tried + 1);
    }, wait);
    timers.add(timer);
  }

  workspace.onCall(({ method, body, answer }) => {
    if (isOver || method !== 'chat.postMessage' || !answer?.ok || !body.metadata) return;
    open += 1;
    const { channel, ts } = answer as { channel: string; ts: string };
    send(metadataPosted(sender, { channel, ts, metadata: body.metadata }));
  });

  return {
    /** How many events were not taken yet. */
    waiting: () => open,
    close(): void {
      isOver = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
