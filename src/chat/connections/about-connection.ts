import { z } from 'zod';
import type { Connection } from '../../connections/connection.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import type { Provider, Providers } from '../../providers/provider.ts';

/** What a form about a connection remembers: which connection, and where the answer goes. */
export const draftAbout = <Kind extends string>(form: Kind) =>
  z.object({
    form: z.literal(form),
    conversationId: z.string(),
    connectionId: z.string(),
    root: z.object({ conversationId: z.string(), messageId: z.string() }).optional(),
  });

/** A connection with what knows its provider. */
export type SeenConnection = { readonly connection: Connection; readonly provider: Provider };

/** Finds a connection of a workspace; undefined where it is gone, or its provider is not known to this version. */
export type FindConnection = (
  workspaceId: string,
  connectionId: string,
) => Promise<SeenConnection | undefined>;

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
