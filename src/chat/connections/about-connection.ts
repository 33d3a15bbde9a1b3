import { z } from 'zod';
import type { ConnectionStore } from '../../connections/store.ts';
import type { Providers } from '../../providers/provider.ts';
import type { Subject } from '../messages/subject.ts';

/** What a form about a connection remembers: which connection, and where the answer goes. */
export const draftAbout = <Kind extends string>(form: Kind) =>
  z.object({
    form: z.literal(form),
    conversationId: z.string(),
    connectionId: z.string(),
    root: z.object({ conversationId: z.string(), messageId: z.string() }).optional(),
  });

/** Finds a connection of a workspace; undefined where it is gone, or its provider is not known to this version. */
export type FindConnection = (workspaceId: string, connectionId: string) => Promise<Subject | undefined>;

/** Creates what finds connections with their providers. */
export function createFindConnection({
  store,
  providers,
}: {
  readonly store: Pick<ConnectionStore, 'find'>;
  readonly providers: Providers;
}): FindConnection {
  return async (workspaceId, connectionId) => {
    const connection = await store.find(workspaceId, connectionId);
    const provider = connection && providers.find(connection.provider);
    return connection && provider && { connection, provider };
  };
}
