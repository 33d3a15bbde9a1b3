import type { Connection } from '../../connections/connection.ts';
import type { Provider } from '../../providers/provider.ts';

/** What a message about a connection is about: the connection, and what knows its provider. */
export type Subject = { readonly connection: Connection; readonly provider: Provider };
