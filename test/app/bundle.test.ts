import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDemoAccounts } from '../../demo/accounts.ts';
import { startBotProcess } from '../../simulations/bot-process.ts';
import { startCollector } from '../../simulations/collector.ts';
import { startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { createSlackPerson } from '../../simulations/slack/person.ts';
import { botToken, signingSecret } from '../../simulations/slack/seed.ts';
import { startSlackWorkspace } from '../../simulations/slack/workspace.ts';
import { clientId, startTeamsTenant, tenantId } from '../../simulations/teams/tenant.ts';
import { until } from '../../simulations/until.ts';

// The bot as `npm start` and the image start it: bundled with its packages.

let folder: string;
let program: string;
beforeAll(async () => {
  // In the checkout, since some packages are not bundled.
  folder = await mkdtemp(resolve('.bundle-test-'));
  program = join(folder, 'bot', 'main.mjs');
  const { status, stderr } = spawnSync(process.execPath, ['scripts/bundle.mjs', folder], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('verifies a connection of each provider, with both platforms loaded', async () => {
  const [workspace, tenant, clouds, collector] = await Promise.all([
    startSlackWorkspace(),
    startTeamsTenant(),
    startSimulatedClouds(),
    startCollector(),
  ]);
  const environment = {
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: workspace.apiUrl,
    TEAMS_CLIENT_ID: clientId,
    TEAMS_CLIENT_SECRET: 'obviously-fake',
    TEAMS_ALLOWED_TENANTS: tenantId,
    TEAMS_TEST_ISSUER: tenant.issuerUrl,
    XOAP_LOG_LEVEL: 'error',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    ...clouds.settings,
    ...clouds.environment,
  };
  const bot = await startBotProcess(environment, undefined, program);
  const person = await createSlackPerson(workspace, bot.url);
  try {
    const { fill } = createDemoAccounts(clouds.vsphere, 'unused');
    for (const [index, provider] of ['aws', 'azure', 'google', 'vsphere'].entries()) {
      await person.type(`connection add ${provider}`);
      const values: Record<string, unknown> = { ...fill(`${provider}-complete`) };
      const keyFile = values['google.keyFile'];
      if (keyFile) values['google.keyFile'] = [workspace.upload('key.json', String(keyFile))];
      expect(await person.submit(await person.viewAfter(index + 1), values)).toMatchObject({ text: '' });
      await until(`the verdict about ${provider}`, async () => {
        const roots = await workspace.roots(workspace.channelId);
        return roots.some(({ text }) => text.includes(`${provider}-complete can build images`));
      });
    }
    const log = `${'still running\n'.repeat(9_000)}when calling the StopInstances operation: UnauthorizedOperation`;
    const file = workspace.upload('Untitled', log, { contentType: 'text/plain' });
    const { ts } = await workspace.callAs('bot', 'chat.postMessage', {
      channel: workspace.channelId,
      text: 'x',
    });
    await person.handOver({ ts: String(ts), text: '', files: [file] });
    await until('the explanation of a long log', async () => {
      const thread = await workspace.thread(workspace.channelId, String(ts));
      return thread.some((post) => post.text.includes('The build was refused ec2:StopInstances'));
    });
    expect(bot.log()).toBe('');
  } finally {
    await Promise.all([person.close(), bot.close()]);
    await Promise.all([workspace.close(), tenant.close(), clouds.close(), collector.close()]);
  }
  expect(Buffer.concat(collector.bodies.map(({ body }) => body)).toString('latin1')).toContain(
    'provider call',
  );
});

it('leaves traces that point into the sources', async () => {
  // What the bot calls before it calls anybody.
  const broken = "process.on = () => { throw new Error('made to fail') }";
  const { stderr, status } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(broken)}`, program],
    {
      encoding: 'utf8',
      env: { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret, PATH: process.env.PATH },
    },
  );

  expect(stderr).toContain('made to fail');
  expect(status).not.toBe(0);
  const [, file = '', line = ''] = /\((\/.*\/main\.ts):(\d+):\d+\)/.exec(stderr) ?? [];
  expect(file).toBe(resolve('src/main.ts'));
  expect((await readFile(file, 'utf8')).split('\n')[Number(line) - 1]).toContain('createLogger(');
});
