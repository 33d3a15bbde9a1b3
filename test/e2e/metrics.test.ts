import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../simulations/free-port.ts';
import { personalChat } from '../../simulations/teams/person.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { isWithoutPromtool, promtool } from '../support/promtool.ts';
import { addConnection, awsValues, idle, openForm, rootWith } from '../support/scenario.ts';

// What Prometheus is told, while people use the bot.

let bot: TestBot;
let url: string;
beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}/metrics`;
  bot = await startTestBot({ environment: { XOAP_METRICS: '1', XOAP_HEALTH_PORT: String(port) } });
  await scrape();
});
afterAll(() => bot.close());

async function scrape(): Promise<string> {
  const answer = await fetch(url);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  return answer.text();
}

/** The value of a series; undefined where there is none. */
const valueIn = (text: string, series: string): number | undefined => {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
};
const seriesIn = (text: string) => text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe('the metrics', () => {
  it('tell of verifications, calls, acknowledgements, messages, jobs and queues', async () => {
    await addConnection(bot, awsValues('complete', 'prod-eu'), { verdict: /prod-eu can build/, replies: 1 });
    await addConnection(bot, awsValues('partial', 'prod-us'), {
      verdict: /prod-us cannot build/,
      replies: 1,
    });
    await bot.teamsPerson.type('help', personalChat);
    await idle(bot);
    const text = await scrape();

    expect(valueIn(text, 'xoap_verification_seconds_count{provider="aws",verdict="ready"}')).toBe(1);
    expect(valueIn(text, 'xoap_verification_seconds_count{provider="aws",verdict="missing"}')).toBe(1);
    // Each call that arrived was counted.
    const calls = ['2xx', '4xx', '5xx', 'none'].map(
      (outcome) =>
        valueIn(text, `xoap_provider_call_seconds_count{provider="aws",outcome="${outcome}"}`) ?? 0,
    );
    expect(calls.reduce((sum, count) => sum + count)).toBe(bot.cloud.calls.length);
    expect(valueIn(text, 'xoap_acknowledgement_seconds_count{platform="slack"}')).toBeGreaterThanOrEqual(4);
    expect(valueIn(text, 'xoap_acknowledgement_seconds_count{platform="teams"}')).toBe(1);
    expect(
      valueIn(text, 'xoap_message_seconds_count{platform="slack",what="post",outcome="sent"}'),
    ).toBeGreaterThanOrEqual(4);
    expect(
      valueIn(text, 'xoap_jobs_total{queue="xoap-verifications",outcome="completed"}'),
    ).toBeGreaterThanOrEqual(2);
    expect(valueIn(text, 'xoap_queue_jobs{queue="xoap-verifications",state="in_line"}')).toBe(0);
    expect(valueIn(text, 'xoap_redis_up')).toBe(1);
    expect(valueIn(text, 'xoap_redis_memory_bytes')).toBeGreaterThan(0);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  });

  it.skipIf(isWithoutPromtool)('are what Prometheus takes', async () => {
    expect(await promtool(['check', 'metrics'], await scrape())).toBe('');
  });

  it('tell a failed message by its code, and a refused provider by the class of its answer', async () => {
    bot.workspace.trouble.set('chat.postMessage', [{ error: 'not_in_channel' }]);
    await openForm(bot, 'connection add aws').then((view) =>
      bot.person.submit(view, { ...awsValues('deleted', 'gone') }),
    );
    const { channel } = await bot.workspace.callAs('bot', 'conversations.open', { users: bot.person.userId });
    await rootWith(bot, /gone cannot sign in/, { conversation: (channel as { id: string }).id });
    await idle(bot);
    const text = await scrape();
    expect(
      valueIn(
        text,
        'xoap_message_seconds_count{platform="slack",what="post",outcome="chat.bot-not-in-conversation"}',
      ),
    ).toBe(1);
    expect(valueIn(text, 'xoap_verification_seconds_count{provider="aws",verdict="failed"}')).toBe(1);
  });

  it('have no label that grows with people, conversations or connections', async () => {
    const before = seriesIn(await scrape()).length;
    for (let count = 0; count < 20; count += 1) await bot.person.type(`connection verify prod-${count}`);
    for (let count = 0; count < 20; count += 1) await bot.person.nextReply();
    await idle(bot);
    const text = await scrape();
    expect(seriesIn(text).length).toBeLessThanOrEqual(before + 5);
    expect(text).not.toMatch(/prod-|U[0-9A-Z]{8}|c-[0-9a-f]{30}|slack:|arn:/);
  });

  it('are not told where chat comes in', async () => {
    expect((await fetch(`${bot.botUrl}/metrics`)).status).toBe(404);
  });
});
