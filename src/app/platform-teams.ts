import { createRedisConversations } from '../../adapters/redis/conversations.ts';
import { createRedisPacing } from '../../adapters/redis/pacing.ts';
import { createRedisPictureShelf } from '../../adapters/redis/picture-shelf.ts';
import { createRedisRefusals } from '../../adapters/redis/refusals.ts';
import { createRedisUnreadables } from '../../adapters/redis/unreadable.ts';
import { createTeamsAdapter } from '../../adapters/teams/adapter.ts';
import { receiveFromTeams } from '../../adapters/teams/app.ts';
import { clientsOf, createTeamsApp } from '../../adapters/teams/client.ts';
import { ConversationReference, Person } from '../../adapters/teams/conversations.ts';
import { limits } from '../../adapters/teams/limits.ts';
import { measuredAdapter, measuredPacing } from '../chat/delivery/measured-adapter.ts';
import type { Picture } from '../reports/pictures/picture.ts';
import { picturePath } from '../reports/pictures/picture-shelf.ts';
import type { OpenPlatform } from './platform-parts.ts';
import { teamsApp } from './teams-app.ts';

/** How people call the bot in Teams: by its name in the manifest. */
const commandWord = '@xoap';

/** Puts the Teams adapter together. */
export const openTeams: OpenPlatform = async (config, logger) => {
  return {
    id: 'teams',
    needsHttp: true,
    with({ redis, http, keys, life, metrics }, access) {
      const counting = { platform: 'teams', metrics };
      const app = createTeamsApp(teamsApp(config, logger, { redis: redis[access], keys }), http.app);
      const conversations = createRedisConversations(redis[access], {
        platform: 'teams',
        reference: ConversationReference,
        person: Person,
        note: createRedisUnreadables(redis[access], logger).note,
      });
      const paced = createRedisPacing(redis[access], {
        platform: 'teams',
        windows: limits.pace,
        now: () => new Date(),
      });
      const pacing = measuredPacing(paced, counting);
      const shelf = createRedisPictureShelf(redis[access]);
      const { XOAP_PUBLIC_URL: publicUrl } = config;
      const pictureUrl = async (picture: Picture) =>
        new URL(`${picturePath}/${await shelf.put(picture)}.png`, publicUrl).href;
      const own = createTeamsAdapter({
        clientFor: clientsOf(app),
        conversations,
        pacing,
        life,
        refusals: createRedisRefusals(redis[access]),
        now: () => new Date(),
        commandWord,
        pictureUrl: publicUrl ? pictureUrl : undefined,
      });
      const adapter = measuredAdapter(own, counting);
      return {
        id: 'teams',
        commandWord,
        adapter,
        async receive(chat) {
          const { TEAMS_ALLOWED_TENANTS: allowedTenants } = config;
          const told = { allowedTenants, commandWord, logger, metrics };
          await receiveFromTeams({ app, chat, adapter, conversations, life, ...told });
          return { close: async () => undefined };
        },
      };
    },
  };
};
