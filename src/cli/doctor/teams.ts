import type { ExaminedRedis } from '../../../adapters/redis/examine.ts';
import { createRedisIssuerKeys } from '../../../adapters/redis/issuer-keys.ts';
import { examineTeams } from '../../../adapters/teams/examine.ts';
import { teamsApp } from '../../app/teams-app.ts';
import type { Config } from '../../config/config.ts';
import { loadEncryptionKeys } from '../../connections/encryption-keys.ts';
import type { Examined } from '../../examined.ts';
import type { Logger } from '../../logger.ts';

type Redis = ExaminedRedis['redis'];

/** What signs the bot's own tokens; undefined where none was made yet, which is not done by looking. */
async function signingKeys(config: Config, redis: Redis): Promise<readonly Uint8Array[] | undefined> {
  if (!config.TEAMS_FEDERATED) return [];
  const ring = redis ? await createRedisIssuerKeys(redis).read() : [];
  const { XOAP_DATA_DIR: dataDirectory, XOAP_ENCRYPTION_KEYS: configured } = config;
  return ring.length > 0 ? loadEncryptionKeys({ configured, dataDirectory }) : undefined;
}

/** Looks whether Microsoft gives the bot a token, with whatever it signs in. */
export async function examineTeamsOf(config: Config, logger: Logger, redis: Redis): Promise<Examined[]> {
  if (!config.TEAMS_CLIENT_ID) return [];
  const keys = await signingKeys(config, redis);
  if (!keys || (config.TEAMS_FEDERATED && !redis))
    return [
      { part: 'Teams credential', state: 'skipped', text: 'what signs its tokens is made once the bot runs' },
    ];
  // Nothing is read of Redis but by those that sign.
  return examineTeams(teamsApp(config, logger, { redis: redis as NonNullable<Redis>, keys }));
}
