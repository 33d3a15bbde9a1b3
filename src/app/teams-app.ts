import type { RedisAccess } from '../../adapters/redis/open-redis.ts';
import type { TeamsSignIn } from '../../adapters/teams/sign-in.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import { createIssuer } from '../issuer/issuer.ts';
import { openIssuer } from './issuer.ts';

/** What the settings say that the bot's application of Teams signs in with. */
export function teamsSignIn(
  config: Config,
  { redis, keys }: { readonly redis: RedisAccess['prompt']; readonly keys: readonly Uint8Array[] },
): TeamsSignIn {
  const { TEAMS_MANAGED_IDENTITY_CLIENT_ID: clientId, TEAMS_CLIENT_SECRET: clientSecret } = config;
  if (config.TEAMS_FEDERATED) {
    const opened = openIssuer(redis, config, keys);
    if (!opened) throw new AppError('There is no issuer for Teams', { code: 'issuer.not-set' });
    return { kind: 'federated', assertion: createIssuer({ ...opened, now: () => new Date() }).tokenOfBot };
  }
  if (clientId) return { kind: 'managed-identity', clientId };
  if (config.TEAMS_PLAYGROUND_URL ?? config.TEAMS_TEST_ISSUER) return { kind: 'made-up' };
  return { kind: 'secret', clientSecret: clientSecret ?? '' };
}
