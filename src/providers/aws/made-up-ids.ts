import { randomBytes } from 'node:crypto';

const prefixes = ['ami', 'eni', 'fleet', 'i', 'lt', 'sg', 'snap', 'subnet', 'vol', 'vpc'] as const;
export type Prefix = (typeof prefixes)[number];

/** Anything that looks like the id of an EC2 resource. */
const resourceId = /^[a-z]+-[0-9a-f]{8,17}$/;

export type MadeUpIds = {
  /** A new well-formed id that belongs to nothing: 17 hexadecimal digits, as EC2 gives them out. */
  make(prefix: Prefix): string;
  /** Lends real ids, which a launch that is only asked about may name and nothing else may. */
  lend(...real: readonly string[]): void;
  /** The resource ids in a call's parameters that were neither made here nor, for a launch, lent. */
  foreign(parameters: unknown, call?: { isLaunch: boolean }): string[];
};

/** The only source of resource ids in probes, so that none can name something that exists; but for the launch. */
export function createMadeUpIds(): MadeUpIds {
  const made = new Set<string>();
  const lent = new Set<string>();

  function foreign(parameters: unknown, { isLaunch } = { isLaunch: false }): string[] {
    if (typeof parameters === 'string') {
      const isKnown = made.has(parameters) || (isLaunch && lent.has(parameters));
      return resourceId.test(parameters) && !isKnown ? [parameters] : [];
    }
    if (typeof parameters !== 'object' || parameters === null) return [];
    return Object.values(parameters).flatMap((value) => foreign(value, { isLaunch }));
  }

  return {
    foreign,
    lend(...real) {
      for (const id of real) lent.add(id);
    },
    make(prefix) {
      const id = `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
      made.add(id);
      return id;
    },
  };
}
