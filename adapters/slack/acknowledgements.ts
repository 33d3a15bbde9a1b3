import type { App } from '@slack/bolt';
import type { Metrics } from '../../src/metrics.ts';

/** Counts how long Slack waits until it is told that something arrived; over a socket and over HTTP alike. */
export function countAcknowledgements(app: App, metrics: Pick<Metrics, 'acknowledged'>): void {
  const take = app.processEvent.bind(app);
  // Middleware gets copies of what it is given, so an acknowledgement is met here or not at all.
  app.processEvent = (event) => {
    const begun = performance.now();
    return take({
      ...event,
      async ack(...answer) {
        await event.ack(...answer);
        metrics.acknowledged({ platform: 'slack', seconds: (performance.now() - begun) / 1_000 });
      },
    });
  };
}
