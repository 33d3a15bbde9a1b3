import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoKeys } from '../../simulations/aws/demo-accounts.ts';
import {
  attributeOf,
  type CollectedSpan,
  type Collector,
  startCollector,
} from '../../simulations/collector.ts';
import { freePort } from '../../simulations/free-port.ts';
import { personalChat } from '../../simulations/teams/person.ts';
import { until } from '../../simulations/until.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { addConnection, awsValues, openForm, rootWith } from '../support/scenario.ts';
import { createWorkers } from '../support/worker-process.ts';

// What a collector of traces is sent, while people use a bot whose worker is a process of its own.

let redis: Awaited<ReturnType<typeof startRedisChild>>;
let collector: Collector;
let bot: TestBot;
const workers = createWorkers(() => bot);
beforeAll(async () => {
  [redis, collector] = await Promise.all([startRedisChild(), startCollector()]);
  bot = await startTestBot({
    redisUrl: redis.url,
    environment: {
      XOAP_PROCESS: 'bot',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      XOAP_HEALTH_PORT: String(await freePort()),
    },
  });
  await workers.start();
});
afterAll(async () => {
  await workers.endAll();
  await bot.close();
  await Promise.all([collector.close(), redis.close()]);
});

const named = (name: string) => (span: CollectedSpan) => span.name === name;
/** All spans of the trace that a verification with this verdict is in, once it has ended. */
const traceWith = (verdict: string) =>
  until(
    `a trace of a verification that is ${verdict}`,
    () => {
      const all = collector.spans();
      const check = all.find(
        (span) => span.name === 'check' && attributeOf(span, 'xoap.verdict') === verdict,
      );
      const trace = all.filter(({ traceId }) => traceId === check?.traceId);
      return trace.some(named('verification')) && trace.some(named('request')) && trace;
    },
    30_000,
  );

describe('a verification', () => {
  it('is one trace, from the click through the queue and the calls of the provider to the last message', async () => {
    // Slow enough for the root message to tell of the progress meanwhile.
    bot.cloud.delayMs = 700;
    const { thread } = await addConnection(bot, awsValues('partial', 'planted-name'), {
      verdict: /planted-name cannot build/,
      replies: 2,
    });
    bot.cloud.delayMs = 0;
    const trace = await traceWith('missing');
    const request = trace.find(named('request'));
    const verification = trace.find(named('verification'));
    const check = trace.find(named('check'));
    const calls = trace.filter(named('provider call'));
    const messages = trace.filter(named('message'));

    expect(request && attributeOf(request, 'xoap.kind')).toBe('view_submission');
    expect(request?.parentSpanId).toBeUndefined();
    expect(verification?.parentSpanId).toBe(request?.spanId);
    expect(check?.parentSpanId).toBe(verification?.spanId);
    // Each call that arrived, below the check.
    expect(calls.map(({ parentSpanId }) => parentSpanId)).toEqual(bot.cloud.calls.map(() => check?.spanId));
    const statuses = calls.map((call) => attributeOf(call, 'http.response.status_code'));
    expect(statuses).toContain('412');
    expect(statuses).toContain('403');
    // The root message as it is posted and as it ends, and the thread.
    expect(messages.map(({ parentSpanId }) => parentSpanId)).toEqual(
      messages.map(() => verification?.spanId),
    );
    expect(messages.length).toBeGreaterThanOrEqual(thread.length + 3);
    const last =
      messages
        .map(({ endTimeUnixNano }) => BigInt(endTimeUnixNano))
        .sort()
        .at(-1) ?? 0n;
    expect(last).toBeLessThanOrEqual(BigInt(verification?.endTimeUnixNano ?? 0));
  });

  it('is told of by each line of the log with its run, workspace, connection and trace', async () => {
    bot.cloud.trouble.set('DeleteKeyPair', ['not-honoured']);
    await openForm(bot).then((view) => bot.person.submit(view, awsValues('complete', 'not-dry')));
    const line = await until('the line', () =>
      workers
        .log()
        .split('\n')
        .find((each) => each.includes('INCIDENT')),
    );
    await rootWith(bot, /not-dry/);
    const { runId, workspaceId, connectionId, traceId } = JSON.parse(line) as Record<string, string>;
    const verification = await until('its span', () =>
      collector.spans().find((span) => span.name === 'verification' && span.traceId === traceId),
    );
    expect(workspaceId).toBe(`slack:${bot.workspace.teamId}`);
    expect(attributeOf(verification, 'xoap.run_id')).toBe(runId);
    expect(attributeOf(verification, 'xoap.connection_id')).toBe(connectionId);
    expect(attributeOf(verification, 'xoap.workspace_id')).toBe(workspaceId);
  });
});

describe('traces', () => {
  it('tell a failure by its code', async () => {
    bot.workspace.trouble.set('chat.postMessage', [{ error: 'not_in_channel' }]);
    await openForm(bot).then((view) => bot.person.submit(view, awsValues('complete', 'not-invited')));
    const failed = await until('the message that failed', () =>
      collector.spans().find((span) => span.name === 'message' && span.status.code === 2),
    );
    expect(attributeOf(failed, 'error.type')).toBe('chat.bot-not-in-conversation');
    expect(failed.status.message ?? '').toBe('');
  });

  it('hold no secret, no name, no person, and nothing that somebody wrote', async () => {
    const requests = (kind: string) =>
      collector.spans().filter((span) => attributeOf(span, 'xoap.kind') === kind).length;
    // Opening the forms before was three of them.
    await until('the commands before', () => requests('command') === 3);
    await bot.teamsPerson.type('connection verify planted-words', personalChat);
    await bot.person.type('explain planted-words UnauthorizedOperation ec2:CreateImage');
    await until('both requests', () => requests('message') === 1 && requests('command') === 4);
    const all = Buffer.concat(collector.bodies.map(({ body }) => body)).toString();
    expect(all).toContain('xoap.run_id');
    const { partial, complete } = demoKeys;
    const planted = [
      ...[partial, complete].flatMap(({ id, secret }) => [id, secret]),
      ...['planted', 'not-invited', 'not-dry', 'arn:', 'eu-central-1', bot.settings.SLACK_BOT_TOKEN],
      ...[bot.settings.XOAP_ENCRYPTION_KEYS, bot.person.userId, bot.workspace.channelId, '127.0.0.1'],
    ];
    expect(planted.filter((each) => each === '' || all.includes(each))).toEqual([]);
    // Nothing but what is meant to be told.
    const keys = new Set(collector.spans().flatMap(({ attributes }) => attributes.map(({ key }) => key)));
    expect(
      [...keys].filter(
        (key) => !/^(xoap\.[a-z_]+|http\.(request\.method|response\.status_code)|error\.type)$/.test(key),
      ),
    ).toEqual([]);
  });
});
