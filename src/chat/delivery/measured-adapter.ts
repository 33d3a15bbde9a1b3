import { isAppError } from '../../errors.ts';
import type { Metrics } from '../../metrics.ts';
import { traced } from '../../tracing.ts';
import type { ChatAdapter } from './chat-adapter.ts';
import type { Pacing } from './pacing.ts';

/** An adapter whose messages are counted and traced, with how long its platform took and what it said. */
export function measuredAdapter(
  adapter: ChatAdapter,
  { platform, metrics }: { readonly platform: string; readonly metrics: Pick<Metrics, 'sent'> },
): ChatAdapter {
  async function timed<Result>(what: 'post' | 'update', send: () => Promise<Result>): Promise<Result> {
    const begun = performance.now();
    const tell = (outcome: string) =>
      metrics.sent({ platform, what, outcome, seconds: (performance.now() - begun) / 1_000 });
    try {
      const result = await traced('message', { platform, kind: what }, send);
      tell('sent');
      return result;
    } catch (error) {
      tell(isAppError(error) ? error.code : 'fault');
      throw error;
    }
  }
  return {
    ...adapter,
    post: (...args) => timed('post', () => adapter.post(...args)),
    update: (...args) => timed('update', () => adapter.update(...args)),
  };
}

/** A pace whose waits are counted. */
export const measuredPacing = (
  pacing: Pacing,
  { platform, metrics }: { readonly platform: string; readonly metrics: Pick<Metrics, 'waited'> },
): Pacing => ({
  async reserve(conversation, patienceMs) {
    const wait = await pacing.reserve(conversation, patienceMs);
    if (wait > 0) metrics.waited({ platform, seconds: wait / 1_000 });
    return wait;
  },
});
