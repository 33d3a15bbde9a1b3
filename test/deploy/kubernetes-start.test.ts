import { type ChildProcess, spawn } from 'node:child_process';
import type { IDeployment } from 'kubernetes-models/apps/v1';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileCache } from '../../simulations/compile-cache.ts';
import { freePort } from '../../simulations/free-port.ts';
import { type SimulatedClouds, startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { createSlackPerson } from '../../simulations/slack/person.ts';
import { botToken, signingSecret } from '../../simulations/slack/seed.ts';
import { type SlackWorkspace, startSlackWorkspace } from '../../simulations/slack/workspace.ts';
import { until } from '../../simulations/until.ts';
import { containerOf, environmentOf, madeUp, ofKind } from '../support/kubernetes.ts';
import { buildOverlay } from '../support/kustomize.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { awsValues } from '../support/scenario.ts';
import { end } from '../support/worker-process.ts';

// What the overlay starts, as processes with exactly its settings, but for what cannot be so here: addresses are on this machine,
// and NODE_ENV is not production, which refuses a Slack that is not Slack.

const started: { child: ChildProcess; log: string }[] = [];
let redis: Awaited<ReturnType<typeof startRedisChild>>;
let workspace: SlackWorkspace;
let clouds: SimulatedClouds;
beforeAll(async () => {
  [redis, workspace, clouds] = await Promise.all([
    startRedisChild(),
    startSlackWorkspace(),
    startSimulatedClouds(),
  ]);
});
afterAll(async () => {
  await Promise.all(started.map(({ child }) => end(child, 'SIGTERM')));
  await Promise.all([redis.close(), workspace.close(), clouds.close()]);
});

it('verifies a connection', async () => {
  const objects = await buildOverlay('several');
  const secrets = {
    ...madeUp,
    'xoap-secrets': {
      ...madeUp['xoap-secrets'],
      SLACK_BOT_TOKEN: botToken,
      SLACK_SIGNING_SECRET: signingSecret,
    },
    'xoap-redis': { url: redis.url },
  };
  const port = await freePort();
  for (const deployment of ofKind<IDeployment>(objects, 'Deployment')) {
    const container = containerOf(deployment);
    const [program = 'node', ...args] = container.command ?? ['node', 'dist/bot/main.mjs'];
    expect([program, args.at(-1)]).toEqual(['node', 'dist/bot/main.mjs']);
    const health = await freePort();
    const settings = {
      ...environmentOf(container, objects, secrets),
      NODE_ENV: 'development',
      XOAP_HOST: '127.0.0.1',
      XOAP_PORT: String(port),
      XOAP_HEALTH_PORT: String(health),
      SLACK_API_URL: workspace.apiUrl,
      AWS_ENDPOINT_URL: clouds.cloud.url,
    };
    const child = spawn(process.execPath, [...args.slice(0, -1), 'src/main.ts'], {
      env: { PATH: process.env.PATH, ...compileCache, ...settings },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const running = { child, log: '' };
    started.push(running);
    child.stderr?.on('data', (chunk) => {
      running.log += chunk;
    });
    const { httpGet } = container.readinessProbe ?? {};
    await until(`${httpGet?.path} of ${container.name}`, () => {
      if (child.exitCode !== null) throw new Error(`It ended:\n${running.log}`);
      return fetch(`http://127.0.0.1:${health}${httpGet?.path}`).then(
        ({ ok }) => ok,
        () => false,
      );
    });
    const metrics = await fetch(`http://127.0.0.1:${health}/metrics`);
    expect(await metrics.text()).toContain('xoap_redis_up 1');
  }

  const person = await createSlackPerson(workspace, `http://127.0.0.1:${port}`);
  await person.type('connection add aws');
  await person.submit(await person.viewAfter(1), awsValues('complete', 'prod-eu'));
  await until('the verdict', async () =>
    (await workspace.roots(workspace.channelId)).some(({ text }) => /prod-eu can build/.test(text)),
  );
  await person.close();
});
