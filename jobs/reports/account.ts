import type { Connection } from '../../src/connections/connection.ts';
import type { LatestVerdict } from '../../src/connections/history.ts';
import type { Provider } from '../../src/providers/provider.ts';

/**
 * The account that a connection signs in to: what is not to be asked too much at once. Where only the sign-in tells, the
 * verification before knows; without one a connection stands for itself.
 */
export function accountOf(
  { id: providerId, accountOf: accountIn }: Pick<Provider, 'id' | 'accountOf'>,
  { id, target }: Pick<Connection, 'id' | 'target'>,
  latest: Pick<LatestVerdict, 'target'> | undefined,
): string {
  return `${providerId}:${accountIn({ ...latest?.target, ...target }) ?? id}`;
}
