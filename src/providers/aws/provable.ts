import type { Requirement } from '../../catalog/profile.ts';
import type { Provability } from '../provider.ts';
import { actionsAsOf, grainOf } from './actions.ts';
import { createTags, resourceProblem } from './places.ts';
import { probeOf } from './plain-probes.ts';
import { isTaggable, taggable } from './probes.ts';

const defaultVpc = 'prerequisite:default-vpc';

/** What can be asked of AWS: EC2 by dry runs, every other action by the policy simulator, and for a default VPC. */
export function provable({ id, on }: Requirement): Provability {
  if (id === defaultVpc) return {};
  if (!/^[a-z0-9-]+:[A-Z][A-Za-z0-9]*$/.test(id))
    return {
      key: 'id',
      mistake: `“${id}” is no action of AWS; one looks like ec2:CreateTags, and there is ${defaultVpc}`,
    };
  const isEc2 = id.startsWith('ec2:');
  const grain = grainOf(id);
  if (!grain)
    return {
      key: 'id',
      mistake: `AWS has no action “${id}”, as of ${actionsAsOf}; a newer one takes a newer version of this product`,
    };
  if (id === createTags) return tagsProvable(on ?? []);
  const strange = on?.map(resourceProblem).find((problem) => problem !== undefined);
  if (strange) return { key: 'on', mistake: strange };
  if (grain === 'on-all' && on?.some((arn) => arn !== '*'))
    return { key: 'on', mistake: `${id} is granted on everything or not at all; write * or leave “on” out` };
  if (id === 'iam:PassRole' && on?.some((arn) => arn.includes('*')))
    return { key: 'on', mistake: 'name the roles that may be handed over: a pattern would let any role be' };
  if (isEc2 && on && probeOf(id))
    return {
      key: 'on',
      mistake: `${id} is asked about in a dry run, which takes no resource; leave “on” out`,
    };
  if (isEc2 && !probeOf(id))
    return { key: 'id', remark: `there is no dry run of ${id} here: the policy simulator alone tells of it` };
  return {};
}

function tagsProvable(kinds: readonly string[]): Provability {
  const strange = kinds.find((kind) => !isTaggable(kind));
  if (strange === undefined) return {};
  return {
    key: 'on',
    mistake: `“${strange}” is no kind of resource that ${createTags} is asked about; choose from: ${taggable.join(', ')}`,
  };
}
