import type { ArnPlace } from './places.ts';

/** The kinds of resources that the actions of the catalogue concern. */
const kinds = [
  'image',
  'instance',
  'key-pair',
  'launch-template',
  'network-interface',
  'security-group',
  'snapshot',
  'subnet',
  'volume',
  'vpc',
] as const;

/** Kinds without an account in their ARNs. */
const shared: readonly string[] = ['image', 'snapshot'];

/** The ARNs that stand for all resources of some kinds, or of every kind that builds concern. */
export function arnsOf(
  some: readonly string[] | undefined,
  { partition, region, account }: ArnPlace,
): string[] {
  return (some ?? kinds).map(
    (kind) => `arn:${partition}:ec2:${region}:${shared.includes(kind) ? '' : account}:${kind}/*`,
  );
}

/**
 * The kinds of resources that must all be allowed for one call, or for all calls of a build; the other actions concern
 * one at a time. A snapshot counts for a launch only where a disk names one, which no probe does.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export const kindsAtOnce: Readonly<Record<string, readonly string[]>> = {
  'ec2:AttachVolume': ['instance', 'volume'],
  'ec2:CopyImage': ['image', 'snapshot'],
  'ec2:CreateFleet': ['instance', 'launch-template'],
  'ec2:CreateImage': ['image', 'instance', 'snapshot'],
  'ec2:CreateSecurityGroup': ['security-group', 'vpc'],
  'ec2:CreateSnapshot': ['snapshot', 'volume'],
  'ec2:DetachVolume': ['instance', 'volume'],
  'ec2:RunInstances': [
    'image',
    'instance',
    'key-pair',
    'network-interface',
    'security-group',
    'subnet',
    'volume',
  ],
};
