import { randomBytes } from 'node:crypto';

const prefixes = ['ami', 'fleet', 'i', 'lt', 'sg', 'snap', 'subnet', 'vol', 'vpc'] as const;
type Prefix = (typeof prefixes)[number];

/** Anything that looks like the id of an EC2 resource. */
const resourceId = /^[a-z]+-[0-9a-f]{8,17}$/;

export type MadeUpIds = {
  /** A new well-formed id that belongs to nothing: 17 hexadecimal digits, as EC2 gives them out. */
  make(prefix: Prefix): string;
  /** The resource ids in a call's parameters that were not made here. */
  foreign(parameters: unknown): string[];
};

/** The only source of resource ids in probes, so that none can ever name something that exists. */
export function createMadeUpIds(): MadeUpIds {
  const made = new Set<string>();

  function foreign(parameters: unknown): string[] {
    if (typeof parameters === 'string')
      return resourceId.test(parameters) && !made.has(parameters) ? [parameters] : [];
    if (typeof parameters !== 'object' || parameters === null) return [];
    return Object.values(parameters).flatMap(foreign);
  }

  return {
    foreign,
    make(prefix) {
      const id = `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;
      made.add(id);
      return id;
    },
  };
}
