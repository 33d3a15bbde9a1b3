import type { examineRedis } from '../../../adapters/redis/examine.ts';
import { createRedisIssuerKeys } from '../../../adapters/redis/issuer-keys.ts';
import type { Config } from '../../config/config.ts';
import type { Examined } from '../../examined.ts';
import { idsAt } from '../../issuer/at-address.ts';
import { publishedKeys } from '../../issuer/key-ring.ts';
import { issuerAddressOf } from '../../issuer/settings.ts';

const part = 'Issuer';

type OpenedRedis = Awaited<ReturnType<typeof examineRedis>>['redis'];

/** Looks whether providers find the keys of the bot's tokens where they look for them; no key is made for that. */
export async function examineIssuer(config: Config, redis: OpenedRedis): Promise<Examined[]> {
  const address = issuerAddressOf(config);
  if (!address) return [];
  const { url } = address;
  const ring = redis ? await createRedisIssuerKeys(redis).read() : [];
  if (ring.length === 0)
    return [{ part, state: 'skipped', text: `${url} is one, and its keys are made once a worker runs` }];
  const shown = await idsAt(url).catch(() => undefined);
  const lacking = publishedKeys(ring, new Date()).filter(({ kid }) => !shown?.includes(kid));
  if (lacking.length === 0)
    return [{ part, state: 'ok', text: `the keys of the bot’s tokens stand at ${url}` }];
  const todo =
    address.rotation === 'age'
      ? `Let the proxy pass ${url}/.well-known/ on to the bot, without a redirect.`
      : 'Run "xoap issuer export FOLDER", and put both files there.';
  // Where keys are uploaded the address need not be there at all.
  const state = address.rotation === 'confirmed' ? 'warning' : 'failed';
  const what = shown ? `${lacking.length} of the bot’s keys are not there` : 'no keys can be read there';
  return [{ part, state, text: `${url}: ${what}, so providers refuse tokens`, todo }];
}
