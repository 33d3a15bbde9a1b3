import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisConnectionStore } from '../../../adapters/redis/connection-store.ts';
import { createRedisHistory } from '../../../adapters/redis/history.ts';
import { keysOf } from '../../../adapters/redis/keys.ts';
import { demoKeys } from '../../../simulations/aws/demo-accounts.ts';
import { azureCredential } from '../../../simulations/azure/demo-accounts.ts';
import { keyFileOf } from '../../../simulations/google/demo-accounts.ts';
import { startSimulatedClouds } from '../../../simulations/simulated-clouds.ts';
import { trustLoopback } from '../../../simulations/tls.ts';
import { vsphereCredential } from '../../../simulations/vsphere/demo-accounts.ts';
import { readProviderSettings } from '../../../src/config/config.ts';
import type { HistoryKey } from '../../../src/connections/history.ts';
import { loadProviders } from '../../../src/providers/registry.ts';
import { runVerification } from '../../../src/providers/run-verification.ts';
import type { Verification } from '../../../src/verification/verification.ts';
import { connectionOf, findingOf, verificationOf } from '../../support/findings.ts';
import { openTestRedis, type TestRedis } from '../../support/redis.ts';
import { unnoted } from '../../support/unnoted.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await openTestRedis();
});
afterAll(() => redis.close());

async function newHistory(note: Parameters<typeof createRedisHistory>[1] = unnoted) {
  const connection = connectionOf({ id: `c-${randomUUID()}`, name: randomUUID() });
  const store = createRedisConnectionStore(redis.prompt, unnoted);
  await store.create({ connection, sealed: 'sealed', once: connection.id });
  const key: HistoryKey = { workspaceId: connection.workspaceId, connectionId: connection.id };
  return {
    history: createRedisHistory(redis.prompt, note),
    key,
    at: keysOf(key.workspaceId).history(key.connectionId),
  };
}

const startedAt = (index: number) => new Date(Date.UTC(2026, 10, 1, 0, index)).toISOString();

/** Runs of every kind of change: what is held and lost, other lengths, fields that come and go. */
const shapes: Verification[] = [
  verificationOf({}),
  verificationOf({ 'ec2:CreateImage': 'missing' }),
  { ...verificationOf({ 'ec2:CreateImage': 'missing' }), notes: ['a note'], profileOptions: ['spot'] },
  { ...verificationOf({}), verdict: 'failed', error: { code: 'provider.unreachable', message: 'No answer' } },
  { ...verificationOf({}), findings: [findingOf('ec2:CopyImage', 'inconclusive')] },
  { ...verificationOf({}), credential: { createdOn: '2026-01-01' }, causes: [{ text: 'one', of: ['a'] }] },
  verificationOf({ 'ec2:CopyImage': 'missing', 'ec2:CreateTags': 'likely' }),
];
const different = shapes.map((verification, index) => ({ ...verification, startedAt: startedAt(index) }));

describe('the history of a connection', () => {
  it('gives each of 30 runs back as it was, however they differ', async () => {
    const { history, key } = await newHistory();
    const runs = Array.from({ length: 40 }, (_, index) => ({
      id: `run-${index}`,
      verification: {
        ...(different[(index * 5) % different.length] as Verification),
        startedAt: startedAt(index),
      },
    }));
    for (const { id, verification } of runs) await history.add(key, id, verification);

    for (const { id, verification } of runs.slice(-30))
      expect(await history.find(key, id)).toEqual(verification);
    expect(await history.find(key, 'run-0')).toBeUndefined();
    expect(await history.latest(key)).toEqual(runs.at(-1)?.verification);
    expect(await history.latest(key, 'run-39')).toEqual(runs.at(-2)?.verification);
    expect((await history.recent(key)).map(({ at }) => at)).toEqual(
      runs
        .slice(-30)
        .reverse()
        .map(({ verification }) => verification.startedAt),
    );
  });

  it('keeps every run where several are added at once, each of them once', async () => {
    const { history, key } = await newHistory();
    await Promise.all(
      different.flatMap((verification, index) => [
        history.add(key, `run-${index}`, verification),
        history.add(key, `run-${index}`, verification),
      ]),
    );

    for (const [index, verification] of different.entries())
      expect(await history.find(key, `run-${index}`)).toEqual(verification);
  });

  it('goes on behind runs as the first versions kept them', async () => {
    const { history, key, at } = await newHistory();
    const [first, second, third] = different as [Verification, Verification, Verification];
    await redis.prompt.rpush(
      at,
      JSON.stringify({ runId: 'old-2', verification: second }),
      JSON.stringify({ runId: 'old-1', verification: first }),
    );

    await history.add(key, 'new', third);

    expect(await history.find(key, 'new')).toEqual(third);
    expect(await history.find(key, 'old-2')).toEqual(second);
    expect(await history.find(key, 'old-1')).toEqual(first);
  });

  it('goes on where one cannot be read, which is told', async () => {
    const told: string[] = [];
    const { history, key, at } = await newHistory(({ key: where }) => void told.push(where));
    const [first, second] = different as [Verification, Verification];
    await history.add(key, 'run-1', first);
    await redis.prompt.lpush(at, '{"half":');

    await history.add(key, 'run-2', second);

    expect(await history.latest(key)).toEqual(second);
    expect(await history.find(key, 'run-1')).toEqual(first);
    expect(told).toContain(at);
  });

  it('never tells a run by another than it was kept against', async () => {
    const { history, key, at } = await newHistory(() => undefined);
    const [first, second, third] = different as [Verification, Verification, Verification];
    await history.add(key, 'run-1', first);
    await history.add(key, 'run-2', second);
    await history.add(key, 'run-3', third);
    await redis.prompt.lset(at, 1, '{"half":');

    expect(await history.find(key, 'run-3')).toEqual(third);
    // What it was told by is gone: nothing is better than something else.
    expect(await history.find(key, 'run-1')).toBeUndefined();
    expect(await history.latest(key, 'run-3')).toBeUndefined();
  });
});

describe('the memory of a connection with 30 verifications', () => {
  it('is under 40 KB with every provider, where a permission comes and goes', async () => {
    const clouds = await startSimulatedClouds();
    process.env.AWS_ENDPOINT_URL = clouds.cloud.url;
    await trustLoopback();
    const providers = await loadProviders(readProviderSettings(clouds.settings));
    const { port, fingerprint: certificateSha256 } = clouds.vsphere;
    const { id, secret } = demoKeys.partial;
    const inputs = {
      aws: { region: 'eu-central-1', accessKeyId: id, secretAccessKey: secret },
      azure: azureCredential('reader'),
      google: { keyFile: keyFileOf('instances') },
      vsphere: vsphereCredential('partial', port, { certificateSha256 }),
    };
    for (const [name, values] of Object.entries(inputs)) {
      const provider = providers.find(name);
      const parsed = provider?.parse(values, []);
      if (!(provider && parsed?.ok)) throw new Error(name);
      const run = await runVerification({ provider, profileOptions: [], ...parsed });
      const { history, key, at } = await newHistory();
      for (let index = 0; index < 30; index += 1) {
        const findings = run.findings.map((finding, place) =>
          place === index % run.findings.length ? { ...finding, state: 'missing' as const } : finding,
        );
        await history.add(key, `run-${index}`, { ...run, findings, startedAt: startedAt(index) });
      }

      const bytes = Number(await redis.prompt.call('MEMORY', 'USAGE', at, 'SAMPLES', '0'));
      expect(bytes, name).toBeLessThan(40 * 1_024);
    }
    await clouds.close();
  });
});
