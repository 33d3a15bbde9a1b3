import kindsFile from '../../catalog/aws-ec2-kinds.json' with { type: 'json' };
import type { ArnPlace } from './places.ts';

const { kinds, withoutAccount, atOnce } = kindsFile;

/** The ARNs that stand for all resources of some kinds, or of every kind that builds concern. */
export function arnsOf(
  some: readonly string[] | undefined,
  { partition, region, account }: ArnPlace,
): string[] {
  return (some ?? kinds).map(
    (kind) => `arn:${partition}:ec2:${region}:${withoutAccount.includes(kind) ? '' : account}:${kind}/*`,
  );
}

/**
 * The kinds of resources that must all be allowed for one call, or for all calls of a build; the other actions concern
 * one at a time. A snapshot counts for a launch only where a disk names one, which no probe does.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export const kindsAtOnce: Readonly<Record<string, readonly string[]>> = atOnce;
