/** A Redis as `REDIS_URL` names it. */
export type RedisAddress = {
  readonly kind: 'single' | 'cluster' | 'sentinel';
  /** The server, some nodes of the cluster, or the sentinels. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly isEncrypted: boolean;
  /** The number of the database; a cluster has number 0 only. */
  readonly db: number;
  /** How sentinels call the master that is watched. */
  readonly name?: string | undefined;
  /** Where sentinels ask for a password of their own. */
  readonly sentinelUsername?: string | undefined;
  readonly sentinelPassword?: string | undefined;
};

const defaultPorts = { single: 6_379, cluster: 6_379, sentinel: 26_379 } as const;

const shape =
  /^redis(?<tls>s)?(?:\+(?<kind>cluster|sentinel))?:\/\/(?:(?<user>[^:@/]*)(?::(?<password>[^@/]*))?@)?(?<hosts>[^/?]+)(?:\/(?<path>[^?]*))?(?:\?(?<query>.*))?$/;

function readHost(text: string, port: number): { host: string; port: number } | undefined {
  const [, host, given] = /^(\[[0-9a-f:]+\]|[^:[\]\s]+)(?::(\d{1,5}))?$/i.exec(text) ?? [];
  const number = given === undefined ? port : Number(given);
  if (!host || number < 1 || number > 65_535) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: number };
}

/** A percent sign that begins no code stands for itself. */
function decoded(text: string | undefined): string | undefined {
  try {
    return text ? decodeURIComponent(text) : undefined;
  } catch {
    return text;
  }
}

/** The number of a database in a path; undefined where it is none. */
const readDatabase = (text: string | undefined): number | undefined =>
  text === undefined || text === '' ? 0 : /^\d{1,4}$/.test(text) ? Number(text) : undefined;

/** Whether the parts of an address fit together. */
function isWhole({ kind, hosts, db, name }: Pick<RedisAddress, 'kind' | 'hosts' | 'db' | 'name'>): boolean {
  if (kind === 'sentinel') return Boolean(name);
  return kind === 'cluster' ? db === 0 : hosts.length === 1;
}

/**
 * Reads an address: `redis://HOST:PORT/DB`, `redis+cluster://HOST:PORT,HOST:PORT` or
 * `redis+sentinel://HOST:PORT,HOST:PORT/NAME/DB`, each with `USER:PASSWORD@` before the hosts, and with `rediss` for TLS.
 * Sentinels with a password of their own have it behind `?sentinelPassword=`. Undefined where it is none of these: ioredis
 * knows the first kind only.
 */
export function readRedisAddress(text: string): RedisAddress | undefined {
  const { groups } = shape.exec(text.trim()) ?? {};
  if (!groups) return undefined;
  const { kind: named = 'single', hosts: places = '', path = '', tls, user, password, query } = groups;
  const kind = named as RedisAddress['kind'];
  const read = places.split(',').map((host) => readHost(host.trim(), defaultPorts[kind]));
  const hosts = read.filter((host) => host !== undefined);
  const [first, second] = path.split('/');
  const name = kind === 'sentinel' ? decoded(first) : undefined;
  const db = readDatabase(kind === 'sentinel' ? second : first);
  if (db === undefined || hosts.length < read.length || !isWhole({ kind, hosts, db, name })) return undefined;
  const more = new URLSearchParams(query);
  return {
    kind,
    hosts,
    username: decoded(user),
    password: decoded(password),
    isEncrypted: tls !== undefined,
    db,
    name,
    sentinelUsername: more.get('sentinelUsername') ?? undefined,
    sentinelPassword: more.get('sentinelPassword') ?? undefined,
  };
}

/** Where it is, without who signs in: for what people read. */
export const shownAddress = ({ kind, hosts, name }: RedisAddress): string => {
  const places = hosts
    .map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`)
    .join(', ');
  if (kind === 'single') return places;
  return kind === 'cluster' ? `the cluster at ${places}` : `${name}, by the sentinels at ${places}`;
};
