import type { Connection } from '../../src/connections/connection.ts';
import type { LatestVerdict } from '../../src/connections/history.ts';

/**
 * The account that a connection signs in to: what is not to be asked too much at once. Where only the sign-in tells, the
 * verification before knows; without one a connection stands for itself.
 */
export function accountOf(
  { id, provider, target }: Connection,
  latest: Pick<LatestVerdict, 'target'> | undefined,
): string {
  const { region: _region, datacenter: _datacenter, ...account } = { ...target, ...latest?.target };
  const known = Object.values(account);
  return [provider, ...(known.length > 0 ? known : [id])].join(':');
}
