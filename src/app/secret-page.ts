import type { Express } from 'express';
import type { RedisAccess } from '../../adapters/redis/open-redis.ts';
import { createRedisSecretLinks } from '../../adapters/redis/secret-links.ts';
import { createSecretPages, secretPath } from '../../adapters/web/secret-page.ts';
import type { AuditTrail } from '../access/audit.ts';
import type { FormTokens } from '../access/form-token.ts';
import { createSecretLinks } from '../access/secret-links.ts';
import type { Chat, ChatDependencies } from '../chat/chat.ts';
import type { Config } from '../config/config.ts';
import type { Cipher } from '../connections/cipher.ts';
import { AppError } from '../errors.ts';
import type { Logger } from '../logger.ts';

export type SecretPageParts = {
  readonly redis: RedisAccess['prompt'];
  readonly config: Pick<Config, 'XOAP_PUBLIC_URL' | 'XOAP_SECRET_INTAKE'>;
  readonly cipher: Cipher;
  readonly tokens: FormTokens;
  readonly audit: AuditTrail;
  readonly logger: Logger;
};

/** The pages where secrets are entered: what forms in chat need to lead there, and what serves them. */
export type SecretPages = {
  readonly intake: ChatDependencies['intake'];
  /** Mounts the pages where there are any; each form is that of its workspace's platform. */
  serve(app: Express, chatOf: (workspaceId: string) => Chat | undefined): void;
};

/** Puts the pages together; without an address of the bot there are none, and secrets are entered in chat. */
export function openSecretPages({
  redis,
  config,
  cipher,
  tokens,
  audit,
  logger,
}: SecretPageParts): SecretPages {
  const { XOAP_PUBLIC_URL: publicUrl, XOAP_SECRET_INTAKE: wanted } = config;
  const links = createSecretLinks({
    store: createRedisSecretLinks(redis),
    cipher,
    tokens,
    now: () => new Date(),
  });
  const mode = publicUrl ? wanted : 'chat';
  return {
    intake: {
      mode,
      links,
      pageOf: (id) => `${publicUrl?.replace(/\/+$/, '') ?? ''}${secretPath}/${id}`,
    },
    serve(app, chatOf) {
      if (mode === 'chat' || !publicUrl) return;
      const formsOf = (workspaceId: string) => {
        const chat = chatOf(workspaceId);
        if (!chat) throw new AppError('No platform here serves this workspace', { code: 'chat.no-platform' });
        return chat.whole;
      };
      app.use(secretPath, createSecretPages({ links, formsOf, audit, logger, publicUrl }));
    },
  };
}
