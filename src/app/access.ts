import { createRedisGrantStore } from '../../adapters/redis/grant-store.ts';
import { createRedisInstallations } from '../../adapters/redis/installations.ts';
import type { RedisAccess } from '../../adapters/redis/open-redis.ts';
import { type Access, createAccess } from '../access/access.ts';
import { isPersonIn, loadAccessFile, personAsSent } from '../config/access-file.ts';
import type { Config } from '../config/config.ts';
import type { NoteUnreadable } from '../connections/unreadable.ts';
import type { Logger } from '../logger.ts';

export type AccessParts = {
  readonly redis: RedisAccess['prompt'];
  readonly note: NoteUnreadable;
  readonly config: Pick<Config, 'XOAP_ADMINS' | 'XOAP_OPERATORS' | 'XOAP_ACCESS_FILE'>;
  readonly logger: Logger;
};

/** Puts together who may do what. Throws `config.invalid` where the operator's file is wrong. */
export function openAccess({ redis, note, config, logger }: AccessParts): Access {
  const { XOAP_ADMINS: admins, XOAP_OPERATORS: operators, XOAP_ACCESS_FILE: file } = config;
  return createAccess({
    store: createRedisGrantStore(redis, note),
    filed: file ? loadAccessFile(file) : new Map(),
    adminsOf: (workspaceId) => admins.filter((id) => isPersonIn(workspaceId, id)).map(personAsSent),
    installerOf: createRedisInstallations(redis).installerOf,
    everyone: operators === 'everyone' ? 'operator' : 'viewer',
    logger,
  });
}
