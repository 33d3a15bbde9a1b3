import type { Json } from '../../simulations/slack/payloads.ts';
import { signedHeaders } from '../../simulations/slack/requests.ts';
import { Refusal } from './refusal.ts';
import type { PlaygroundSettings } from './settings.ts';

/** Milliseconds that Slack waits for an acknowledgement: https://docs.slack.dev/interactivity/handling-user-interaction */
const patienceMs = 3_000;

export type Bot = {
  /** Sends a request as Slack does; returns what it was acknowledged with. Throws a `Refusal` where the bot does not. */
  send(body: string): Promise<Json>;
};

/** What Slack's own client says when the bot does not answer as it must. */
function failed(reason: string, cause?: unknown): Refusal {
  return new Refusal(`The bot failed with the error ${reason}. Try it again.`, { cause });
}

export function createBot({ url, signingSecret }: PlaygroundSettings['bot']): Bot {
  return {
    async send(body) {
      try {
        const answer = await fetch(`${url}/slack/events`, {
          method: 'POST',
          headers: signedHeaders(body, { secret: signingSecret }),
          body,
          signal: AbortSignal.timeout(patienceMs),
        });
        if (!answer.ok) throw failed(`http_status_${answer.status}`);
        const text = await answer.text();
        return text.startsWith('{') ? (JSON.parse(text) as Json) : {};
      } catch (cause) {
        if (cause instanceof Refusal) throw cause;
        const isLate = cause instanceof Error && cause.name === 'TimeoutError';
        throw failed(isLate ? 'operation_timeout' : 'dispatch_failed', cause);
      }
    },
  };
}
