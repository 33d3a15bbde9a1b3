import type { AnswerParts } from '../provider.ts';
import type { Found } from './inventory.ts';
import type { Located } from './paths.ts';

const method = 'effective-permissions' as const;

/** What could not be told, and why; `code` is vCenter's own. */
export function inconclusive(text: string, scope?: string, code?: string): AnswerParts {
  return {
    state: 'inconclusive',
    method: 'read',
    ...(scope && { scope }),
    evidence: { ...(code && { code }), text },
  };
}

/** What is told where no object was found to ask about. */
export function notFound(found: Exclude<Found, { kind: 'found' }>, group: string): AnswerParts {
  const kind = group.toLowerCase();
  switch (found.kind) {
    case 'unchosen':
      return inconclusive(`No ${kind} has been chosen yet, so its privileges could not be asked for.`);
    case 'lost':
      return inconclusive(
        `“${found.within}” ${found.isAmbiguous ? 'is not the only one of that name' : 'was not found'}, so no ${kind} in it could be looked for.`,
      );
    case 'unneeded':
      return { state: 'not-applicable', method: 'read', evidence: { text: found.why } };
    case 'hidden':
      return hiddenSwitch(found.network);
    case 'datastore-cluster': {
      const members = found.members.length > 0 ? `: ${found.members.slice(0, 5).join(', ')}` : '';
      return inconclusive(
        `“${found.wanted}” is a cluster of datastores, and builds write to one of its datastores. Enter that one${members}.`,
        found.wanted,
      );
    }
    case 'several': {
      const paths = found.paths.slice(0, 5).join(', ');
      return inconclusive(
        `${found.wanted} is not the only one: there are ${paths}. Enter the path of the ${kind}.`,
      );
    }
    case 'elsewhere':
      return inconclusive(
        `The ${kind} ${found.path} is there, but not below ${found.under}, so builds of this connection cannot use it. Choose another.`,
        found.path,
      );
    case 'none':
      return {
        state: 'missing',
        method,
        scope: found.wanted,
        layer: 'object-permission',
        denial: 'implicit',
        evidence: {
          text: `vCenter shows no ${kind} “${found.wanted}” to this account. Either the name is wrong, or the account has no permission there at all; vCenter does not say which.`,
        },
      };
    default:
      return found satisfies never;
  }
}

/**
 * Packer reads the switch of a distributed port group, and stops where it may not.
 * https://github.com/vmware/govmomi/issues/1517
 */
function hiddenSwitch({ shownPath }: Located): AnswerParts {
  const text = `The distributed port group ${shownPath} shows no switch to this account: it lacks System.Read on the switch, which builds read.`;
  return {
    state: 'missing',
    method,
    scope: shownPath,
    layer: 'object-permission',
    denial: 'implicit',
    evidence: { text },
  };
}
