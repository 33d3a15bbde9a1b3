import file from '../../catalog/aws-actions.json' with { type: 'json' };

const services: Readonly<Record<string, { readonly onResources: string; readonly onAll: string }>> =
  file.services;

/** The day as of which the actions are known. */
export const actionsAsOf = file.source.date;

/**
 * Whether AWS has an action, and whether it is granted on single resources or on everything alone; undefined where it
 * has none of that name. A policy of `*` allows a misspelt one too, and so does the policy simulator.
 */
export function grainOf(action: string): 'on-resources' | 'on-all' | undefined {
  const [service = '', name = ''] = action.split(':');
  const known = Object.hasOwn(services, service) ? services[service] : undefined;
  if (known?.onResources.split(' ').includes(name)) return 'on-resources';
  return known?.onAll.split(' ').includes(name) ? 'on-all' : undefined;
}
