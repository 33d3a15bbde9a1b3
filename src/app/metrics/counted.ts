import { Counter, Histogram, type Registry } from 'prom-client';
import type { Metrics } from '../../metrics.ts';
import type { Call, CallEnd } from '../../outgoing.ts';

/** Seconds within which Slack and Teams want an answer; buckets stand on both sides of it. */
const answerBuckets = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10];
const callBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const runBuckets = [0.5, 1, 2.5, 5, 10, 20, 30, 45, 60];
const waitBuckets = [0.1, 0.5, 1, 3, 10, 30, 60, 300];

/** What came of a call: an HTTP class, that there were too many, or that no answer came. */
function outcomeOf(status = 0): string {
  if (status === 429) return 'throttled';
  const hundreds = Math.floor(status / 100);
  return hundreds >= 2 && hundreds <= 5 ? `${hundreds}xx` : 'none';
}

/** What is counted when it happens; `onCall` by what watches requests. */
export function createCounted(registry: Registry): Metrics & { onCall(call: Call): CallEnd } {
  const registers = [registry];
  const verifications = new Histogram({
    name: 'xoap_verification_seconds',
    help: 'Verifications that ended, by provider and verdict, with how long each took.',
    labelNames: ['provider', 'verdict'],
    buckets: runBuckets,
    registers,
  });
  const calls = new Histogram({
    name: 'xoap_provider_call_seconds',
    help: 'Requests to providers, by provider and outcome (an HTTP class, throttled, or none where no answer came).',
    labelNames: ['provider', 'outcome'],
    buckets: callBuckets,
    registers,
  });
  const acknowledgements = new Histogram({
    name: 'xoap_acknowledgement_seconds',
    help: 'Time until a platform was told that its request arrived. Slack waits 3 s, Teams 5 s.',
    labelNames: ['platform'],
    buckets: answerBuckets,
    registers,
  });
  const messages = new Histogram({
    name: 'xoap_message_seconds',
    help: 'Messages that were posted or changed, by platform and outcome (sent, or the code of the error).',
    labelNames: ['platform', 'what', 'outcome'],
    buckets: answerBuckets,
    registers,
  });
  const waits = new Histogram({
    name: 'xoap_pace_wait_seconds',
    help: 'Waits of messages for the pace that a platform allows.',
    labelNames: ['platform'],
    buckets: waitBuckets,
    registers,
  });
  const jobs = new Counter({
    name: 'xoap_jobs_total',
    help: 'Jobs that this process completed or failed, or that were seen to have lost their worker.',
    labelNames: ['queue', 'outcome'],
    registers,
  });
  const reports = new Counter({
    name: 'xoap_reports_total',
    help: 'Scheduled reports that became due, were late, or were sent.',
    labelNames: ['what'],
    registers,
  });
  return {
    verified: ({ seconds, ...labels }) => verifications.observe(labels, seconds),
    onCall({ provider }) {
      const begun = performance.now();
      return (status) =>
        calls.observe({ provider, outcome: outcomeOf(status) }, (performance.now() - begun) / 1_000);
    },
    acknowledged: ({ seconds, ...labels }) => acknowledgements.observe(labels, seconds),
    sent: ({ seconds, ...labels }) => messages.observe(labels, seconds),
    waited: ({ seconds, ...labels }) => waits.observe(labels, seconds),
    ended: (labels) => jobs.inc(labels),
    reported: (labels) => reports.inc(labels),
  };
}
