import type { RedisAccess } from '../../adapters/redis/open-redis.ts';
import type { ChatPlatform } from '../chat/platform.ts';
import type { Config } from '../config/config.ts';
import type { Logger } from '../logger.ts';
import type { Metrics } from '../metrics.ts';
import type { WorkspaceLife } from '../workspaces/life.ts';
import type { HttpServer } from './http-server.ts';

/** What a chat platform needs of the process. */
export type PlatformDependencies = {
  readonly config: Config;
  readonly logger: Logger;
  readonly redis: RedisAccess;
  readonly http: HttpServer;
  /** Encryption keys, the current one first. */
  readonly keys: readonly Uint8Array[];
  readonly metrics: Metrics;
};

/** A platform that is signed in and waits for the parts of the process. */
export type OpenedPlatform = {
  readonly id: ChatPlatform['id'];
  /** Whether people reach it through the process's HTTP server. */
  readonly needsHttp: boolean;
  /** `prompt` for answers that a person waits for, `patient` for those that must come at last. */
  with(
    parts: PlatformDependencies & { readonly life: WorkspaceLife },
    redis: keyof Pick<RedisAccess, 'prompt' | 'patient'>,
  ): ChatPlatform;
};

/** Signs in to a platform and puts its adapter together. */
export type OpenPlatform = (config: Config, logger: Logger) => Promise<OpenedPlatform>;
