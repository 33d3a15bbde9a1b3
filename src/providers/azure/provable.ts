import type { Requirement } from '../../catalog/profile.ts';
import type { Provability } from '../provider.ts';

const prerequisites = /^prerequisite:(subscription-enabled|no-lock|provider\/[A-Za-z0-9.]+)$/;
const operation = /^[A-Za-z0-9]+(\.[A-Za-z0-9]+)+(\/[A-Za-z0-9]+)*\/(read|write|delete|action)$/i;

/** The one word that `on` has here. */
export const onData = 'data';

/** What can be asked of Azure: any operation and data operation, Contributor as a whole, and a few prerequisites. */
export function provable({ id, on }: Requirement): Provability {
  const isOperation = operation.test(id);
  if (on && !(isOperation && on.length === 1 && on[0] === onData))
    return {
      key: 'on',
      mistake: `“on” is “${onData}” here, for a data operation; leave it out for every other requirement`,
    };
  if (isOperation || id === 'role:Contributor' || prerequisites.test(id)) return {};
  return {
    key: 'id',
    mistake: `“${id}” is no operation of Azure; one looks like Microsoft.Compute/virtualMachines/read, and there are role:Contributor, prerequisite:subscription-enabled, prerequisite:no-lock and prerequisite:provider/NAMESPACE`,
  };
}
