import type { App, ReceiverEvent } from '@slack/bolt';
import type { Metrics } from '../../src/metrics.ts';
import { traced } from '../../src/tracing.ts';
import { workspaceOfEvent } from './workspace.ts';

/** What Slack sends, as traces tell it; a command has no type. */
const kinds = [
  'block_actions',
  'block_suggestion',
  'event_callback',
  'message_action',
  'shortcut',
  'view_closed',
  'view_submission',
];

function kindOf({ body }: ReceiverEvent): string {
  const { type, command } = body as { readonly type?: string; readonly command?: string };
  return kinds.find((kind) => kind === type) ?? (command === undefined ? 'other' : 'command');
}

/** Begins a trace with whatever Slack sends, and counts how long Slack waits until it is told that something arrived. */
export function watchRequests(app: App, metrics: Pick<Metrics, 'acknowledged'>): void {
  const take = app.processEvent.bind(app);
  // Over a socket and over HTTP alike. Middleware gets copies of what it is given, so an acknowledgement is met here or not at all.
  app.processEvent = (event) => {
    const begun = performance.now();
    const watched: ReceiverEvent = {
      ...event,
      async ack(...answer) {
        await event.ack(...answer);
        metrics.acknowledged({ platform: 'slack', seconds: (performance.now() - begun) / 1_000 });
      },
    };
    const facts = { platform: 'slack', kind: kindOf(event), workspaceId: workspaceOfEvent(event.body) };
    return traced('request', facts, () => take(watched));
  };
}
