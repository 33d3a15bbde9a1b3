import type { EC2 } from '@aws-sdk/client-ec2';
import ec2File from '../../catalog/aws-ec2-actions.json' with { type: 'json' };
import type { MadeUpIds } from './made-up-ids.ts';
import { byHand, type Probe } from './probes.ts';

/** The kinds of made-up ids, by the one parameter that an action must be given. */
const prefixes = {
  ImageId: 'ami',
  InstanceId: 'i',
  InstanceIds: 'i',
  NetworkInterfaceId: 'eni',
  SnapshotId: 'snap',
  SubnetId: 'subnet',
  VolumeId: 'vol',
  VpcId: 'vpc',
} as const satisfies Record<keyof typeof ec2File.withOneId, Parameters<MadeUpIds['make']>[0]>;

const wordsIn = (text: string) => new Set(text.split(' '));
const withoutParameters = wordsIn(ec2File.withoutParameters);
const withOneId = (Object.keys(prefixes) as (keyof typeof prefixes)[]).map((parameter) => ({
  parameter,
  actions: wordsIn(ec2File.withOneId[parameter]),
}));

type Send = (input: object, call: { abortSignal: AbortSignal }) => Promise<unknown>;

/** The method of the SDK for an action: `ec2:CopyImage` is `copyImage`. */
function sender(ec2: EC2, name: string): Send {
  const method = ec2[`${name.charAt(0).toLowerCase()}${name.slice(1)}` as keyof EC2];
  if (typeof method !== 'function') throw new TypeError(`The SDK has no call for ec2:${name}`);
  return (method as Send).bind(ec2);
}

/** The dry run of an action that takes no parameter, or one made-up id. */
function plainProbe(action: string): Probe | undefined {
  if (!action.startsWith('ec2:')) return undefined;
  const name = action.slice('ec2:'.length);
  if (withoutParameters.has(name)) return (ec2, { call }) => sender(ec2, name)({ DryRun: true }, call);
  const parameter = withOneId.find(({ actions }) => actions.has(name))?.parameter;
  if (!parameter) return undefined;
  return (ec2, { ids, call }) => {
    const id = ids.make(prefixes[parameter]);
    const value = parameter.endsWith('s') ? [id] : id;
    return sender(ec2, name)({ DryRun: true, [parameter]: value }, call);
  };
}

/** The dry run of an action; undefined for one that has none here, of which the policy simulator alone can tell. */
export const probeOf = (action: string): Probe | undefined => byHand[action] ?? plainProbe(action);
