import type { Requirement } from '../../catalog/profile.ts';
import type { Provability } from '../provider.ts';
import { placeProblem } from './places.ts';

const prerequisites = /^prerequisite:(billing|api\/[a-z0-9.-]+\.googleapis\.com)$/;
const permission = /^[a-z][a-zA-Z0-9-]*(\.[a-zA-Z][a-zA-Z0-9-]*){2,}$/;

/** What can be asked of Google: any permission by a test, whether an API is on, and billing. */
export function provable({ id, on }: Requirement): Provability {
  if (prerequisites.test(id))
    return on ? { key: 'on', mistake: 'a prerequisite is one of the project; leave “on” out' } : {};
  if (!permission.test(id))
    return {
      key: 'id',
      mistake: `“${id}” is no permission of Google; one looks like compute.instances.get, and there are prerequisite:billing and prerequisite:api/NAME.googleapis.com`,
    };
  const strange = on && placeProblem(on);
  return strange ? { key: 'on', mistake: strange } : {};
}
