import type { HostRule } from './allowed-hosts.ts';

/** What the operator decides about vCenters. */
export type VsphereSettings = {
  /** The only places that may be called; none when empty. */
  readonly allowedHosts: readonly HostRule[];
};
