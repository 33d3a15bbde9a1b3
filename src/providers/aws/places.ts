import type { Requirement } from '../../catalog/profile.ts';

/** Where ARNs of resources lie. */
export type ArnPlace = { readonly partition: string; readonly region: string; readonly account: string };

/** The one action whose place are kinds of resources, which are tagged, and no ARNs. */
export const createTags = 'ec2:CreateTags';

const fields = /\{(partition|region|account)\}/g;

/** The resources of a profile, with the connection's own partition, region and account filled in. */
export const filledIn = (on: readonly string[], place: ArnPlace): string[] =>
  on.map((arn) => arn.replaceAll(fields, (_all, field: keyof ArnPlace) => place[field]));

/** The resources that an action is to be allowed on, where its profile names them. */
export const placedOn = ({ id, on }: Pick<Requirement, 'id' | 'on'>): readonly string[] | undefined =>
  id === createTags ? undefined : on;

/** The same with the connection's own places filled in. */
export function resourcesOf(
  requirement: Pick<Requirement, 'id' | 'on'>,
  place: ArnPlace,
): readonly string[] | undefined {
  const on = placedOn(requirement);
  return on && filledIn(on, place);
}

/** What is wrong with a resource that a profile names; nothing where it is one. */
export function resourceProblem(on: string): string | undefined {
  if (on === '*') return undefined;
  if (!/^arn:(\{partition\}|aws[a-z-]*):[a-z0-9-]+:[^:\s]*:[^:\s]*:\S+$/.test(on))
    return `“${on}” is no ARN of a resource; write one such as arn:{partition}:ssm:{region}:{account}:document/NAME, or *`;
  const strange = /\{(?!partition\}|region\}|account\})[^}]*\}?/.exec(on)?.[0];
  return strange && `“${strange}” stands for nothing; there are {partition}, {region} and {account}`;
}
