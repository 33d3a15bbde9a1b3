import type { RedisAccess } from '../../adapters/redis/open-redis.ts';
import type { TeamsAppDependencies } from '../../adapters/teams/client.ts';
import type { TeamsSignIn } from '../../adapters/teams/sign-in.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import { createIssuer } from '../issuer/issuer.ts';
import type { Logger } from '../logger.ts';
import { openIssuer } from './issuer.ts';

type Signing = { readonly redis: RedisAccess['prompt']; readonly keys: readonly Uint8Array[] };

/** What the settings say of the bot's application of Teams. */
export const teamsApp = (config: Config, logger: Logger, signing: Signing): TeamsAppDependencies => ({
  clientId: config.TEAMS_CLIENT_ID ?? '',
  signIn: teamsSignIn(config, signing),
  tenantId: config.TEAMS_TENANT_ID,
  cloud: config.TEAMS_CLOUD,
  playgroundUrl: config.TEAMS_PLAYGROUND_URL,
  testIssuer: config.TEAMS_TEST_ISSUER,
  testAuthority: config.TEAMS_TEST_AUTHORITY,
  logger,
});

/** What it signs in with. */
function teamsSignIn(config: Config, { redis, keys }: Signing): TeamsSignIn {
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
