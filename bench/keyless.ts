import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Redis } from 'ioredis';
import { createRedisIssuerKeys } from '../adapters/redis/issuer-keys.ts';
import { serveIssuer } from '../src/app/issuer.ts';
import { createCipher } from '../src/connections/cipher.ts';
import { createIssuer, subjectOf } from '../src/issuer/issuer.ts';
import { createIssuerKeys } from '../src/issuer/issuer-keys.ts';
import { createAws } from '../src/providers/aws/provider.ts';
import { silent } from '../test/support/silent.ts';
import { measure, type Row } from './measure.ts';
import { followEachOther, providersOf, verify } from './other-verifications.ts';
import { type SlowCloud, startSlowCloud } from './slow-cloud.ts';

const delayMs = 80;
const url = 'https://bot.example.com';
const speaker = { workspaceId: 'slack:T1', connectionId: 'c-1' };

/** Calls that must follow one another: the token is shown, at Google exchanged and then shown, before anything is asked. */
const chains = { aws: 7, azure: 2, google: 4 } as const;

/** Serves the documents of an issuer as the bot does, and makes tokens. */
async function startIssuer(redis: Redis) {
  const keys = createIssuerKeys({
    store: createRedisIssuerKeys(redis),
    cipher: createCipher([Buffer.alloc(32)]),
    rotation: 'age',
    keyDays: 90,
    idsAtAddress: async () => [],
    now: () => new Date(),
  });
  const app = express();
  serveIssuer(app, { url, keys }, silent);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const documents = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { workloadOf } = createIssuer({ url, keys, now: () => new Date() });
  return { documents, workload: workloadOf(speaker), close: () => server.close() };
}

/** One verification without a secret of each provider, against the longest chain of calls that must follow one another. */
export async function keylessVerifications(redisUrl: string): Promise<Row[]> {
  const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const { documents, workload, close } = await startIssuer(redis);
  const trusted = { issuer: url, subject: subjectOf(speaker), documents };
  const start = (name: keyof typeof chains) => startSlowCloud(name, delayMs, trusted);
  const [aws, azure, google] = await Promise.all([start('aws'), start('azure'), start('google')]);
  const find = await providersOf({ azure, google });
  const rows: Row[] = [];
  for (const [id, cloud] of Object.entries({ aws, azure, google }) as [keyof typeof chains, SlowCloud][]) {
    const provider = id === 'aws' ? createAws({ endpoint: aws.url }) : find(id);
    const goal = {
      name: `${provider.label} verification without a secret, ${delayMs} ms an answer, against a chain of ${chains[id]} calls`,
      unit: 'ms',
      bar: { atMost: 1.25 },
    };
    const sides = {
      product: () => verify(provider, cloud, workload),
      baseline: () => followEachOther(cloud, chains[id]),
    };
    rows.push(...(await measure([goal], sides)));
  }
  await Promise.all([aws.stop(), azure.stop(), google.stop()]);
  close();
  await redis.flushdb();
  await redis.quit();
  return rows;
}
