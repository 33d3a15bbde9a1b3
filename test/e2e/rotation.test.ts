import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeProtectedHeader } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createRedisIssuerKeys } from '../../adapters/redis/issuer-keys.ts';
import { type Trusted, trustAws, trustAzure, trustGoogle } from '../../simulations/trusting.ts';
import { until } from '../../simulations/until.ts';
import { documentPaths } from '../../src/issuer/issuer.ts';
import type { KeyRing } from '../../src/issuer/key-ring.ts';
import { startTestBot, type TestBot } from '../support/bot.ts';
import { issuer } from '../support/keyless.ts';
import { startRedisChild } from '../support/redis-child.ts';
import { formValues, openForm, rootWith, verified } from '../support/scenario.ts';
import { runXoap } from '../support/xoap.ts';

// The bot verifies without a pause while its keys change twice. Its days pass by moving the times in the ring of keys
// back: all that is known of when a key signs and is published follows from them. The providers keep what they read of
// the bot's keys, and read it anew once in a day.

const hourMs = 3_600_000;
const ways = [
  ['aws', 'web-identity'],
  ['azure', 'federated'],
  ['google', 'impersonation'],
] as const;

let redis: Awaited<ReturnType<typeof startRedisChild>>;
let bot: TestBot;
const reader = createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(read.get(request.url ?? '') ?? '');
});
/** What providers have read of the bot, by its path. */
const read = new Map<string, string>();

beforeAll(async () => {
  redis = await startRedisChild();
  bot = await startTestBot({
    redisUrl: redis.url,
    environment: { XOAP_ISSUER_URL: issuer, XOAP_ISSUER_ROTATION: 'age' },
  });
  reader.listen(0, '127.0.0.1');
  await once(reader, 'listening');
});
afterAll(async () => {
  reader.close();
  await bot.close();
  await redis.close();
});

/** Lets providers read the keys, once these are there among them and no others. */
async function readKeys(wanted: (kids: readonly string[]) => boolean): Promise<readonly string[]> {
  return until(
    'the published keys',
    async () => {
      const texts = await Promise.all(
        Object.values(documentPaths).map(async (path) => {
          const response = await fetch(`${bot.botUrl}${path}`);
          return [path, await response.text()] as const;
        }),
      );
      const { keys } = JSON.parse(new Map(texts).get(documentPaths.keys) ?? '') as {
        keys: { kid: string }[];
      };
      const kids = keys.map(({ kid }) => kid);
      if (!wanted(kids)) return undefined;
      for (const [path, text] of texts) read.set(path, text);
      return kids;
    },
    60_000,
  );
}

/** Lets so many hours pass for the keys. */
async function pass(hours: number): Promise<void> {
  const store = createRedisIssuerKeys(bot.redis.prompt);
  const was = await store.read();
  const earlier = (time: string) => new Date(Date.parse(time) - hours * hourMs).toISOString();
  const is: KeyRing = was.map(({ createdAt, signsFrom, ...key }) => ({
    ...key,
    createdAt: earlier(createdAt),
    ...(signsFrom && { signsFrom: earlier(signsFrom) }),
  }));
  expect(await store.replace(was, is)).toBe(true);
}

/** Adds a connection that a provider trusts the bot for. */
async function add(provider: (typeof ways)[number][0], way: string): Promise<void> {
  const { port } = reader.address() as AddressInfo;
  const trust = (subject: string) => {
    const trusted: Trusted = { issuer, subject, documents: `http://127.0.0.1:${port}` };
    if (provider === 'aws') return trustAws(bot.cloud, trusted);
    return provider === 'azure' ? trustAzure(bot.azure, trusted) : trustGoogle(bot.google, trusted);
  };
  const first = await openForm(bot, `connection add ${provider}`);
  const view = await bot.person.choose(first, `${provider}.authentication`, way);
  const [subject = ''] = /xoap:slack:T\w+:c-[0-9a-f]{30}/.exec(JSON.stringify(view.blocks)) ?? [];
  const values = { name: `rotating-${provider}`, ...formValues(provider, trust(subject)) };
  expect(await bot.person.submit(view, values)).toMatchObject({ text: '' });
  await rootWith(bot, new RegExp(`rotating-${provider} can build images`));
}

const kidsOf = (tokens: readonly string[]) =>
  new Set(tokens.map((token) => decodeProtectedHeader(token).kid ?? ''));

it('no verification is refused while the keys change twice under load', async () => {
  const [first = ''] = await readKeys((kids) => kids.length === 1);
  for (const [provider, way] of ways) await add(provider, way);

  let isOver = false;
  let asked = 0;
  async function load(): Promise<void> {
    while (!isOver) {
      await Promise.all(ways.map(([provider]) => bot.person.type(`connection verify rotating-${provider}`)));
      await verified(bot);
      asked += ways.length;
    }
  }
  const loading = load();
  const settle = async () => {
    const from = asked;
    await until('more of them', () => asked >= from + 2 * ways.length, 60_000);
  };

  const { XOAP_ENCRYPTION_KEYS } = bot.settings;
  const environment = {
    SLACK_BOT_TOKEN: 'xoxb-obviously-fake',
    SLACK_APP_TOKEN: 'xapp-obviously-fake',
    REDIS_URL: redis.url,
    XOAP_ENCRYPTION_KEYS,
    XOAP_ISSUER_URL: issuer,
    XOAP_ISSUER_ROTATION: 'age',
  };
  let before = first;
  for (let change = 0; change < 2; change += 1) {
    expect(await runXoap(['issuer', 'rotate'], '', { environment })).toMatchObject({ status: 0 });
    await settle();
    // The last look of a provider before the next key signs may be a day old.
    const kids = await readKeys((all) => all.length === 2);
    const next = kids.find((kid) => kid !== before) ?? '';
    await pass(24);
    await settle();
    expect([...kidsOf(bot.cloud.tokens)]).not.toContain(next);
    await pass(2);
    await until('the next key signs', () => kidsOf(bot.cloud.tokens).has(next));
    await settle();
    // The one before is still read for a day after its last token, and then no more.
    await pass(26);
    expect(await readKeys((all) => all.length === 1)).toEqual([next]);
    await settle();
    before = next;
  }
  isOver = true;
  await loading;

  expect(asked).toBeGreaterThan(30);
  for (const tokens of [bot.cloud.tokens, bot.azure.tokens, bot.google.shown])
    expect(kidsOf(tokens).size).toBe(3);
  const said = JSON.stringify(bot.workspace.calls);
  expect(said).not.toMatch(/rotating-\w+\S* (cannot|could not)/);
  expect(said).not.toContain('cannot sign in');
});
