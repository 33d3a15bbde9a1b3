import { BlockList, isIP } from 'node:net';

/** One entry of the operator's list. */
export type HostRule = {
  /** As the operator wrote it. */
  readonly text: string;
  readonly port: number;
} & (
  | { readonly kind: 'name'; readonly name: string }
  /** All names below this one. */
  | { readonly kind: 'wildcard'; readonly suffix: string }
  | { readonly kind: 'range'; readonly range: BlockList; readonly address: string; readonly prefix: number }
);

const defaultPort = 443;

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

function blockList(...ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix = ''] = range.split('/');
    list.addSubnet(address, Number(prefix), familyOf(address));
  }
  return list;
}

/**
 * Addresses that no name may lead to: this machine, its own network segment with the metadata services of clouds,
 * multicast, what is reserved, and what wraps another address. https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const neverRanges = [
  '0.0.0.0/8',
  '100.100.100.200/32',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '192.0.0.0/24',
  '192.88.99.0/24',
  '198.18.0.0/15',
  '224.0.0.0/4',
  '240.0.0.0/4',
  '::/96',
  '::ffff:0:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '2001::/32',
  '2002::/16',
  'fd00:ec2::/32',
  'fe80::/10',
  'ff00::/8',
] as const;
const nevers = neverRanges.map((range) => ({ range: blockList(range), prefix: Number(range.split('/')[1]) }));

/** Addresses inside of networks, which a wildcard does not open. */
const inside = blockList(
  '10.0.0.0/8',
  '100.64.0.0/10',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
  'fec0::/10',
);

const namePattern =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** An address in its shortest form, IPv4 inside of IPv6 taken out. */
export function canonicalAddress(address: string): string {
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/i.exec(address);
  if (!mapped) return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(address) ? address.slice(7) : address;
  const [high, low] = [Number.parseInt(mapped[1] ?? '', 16), Number.parseInt(mapped[2] ?? '', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function readRange(text: string) {
  const [address = '', prefix, ...more] = text.split('/');
  const bare = address.replace(/^\[|\]$/g, '');
  const most = isIP(bare) === 6 ? 128 : 32;
  if (isIP(bare) === 0 || more.length > 0) return undefined;
  if (prefix !== undefined && !(/^\d{1,3}$/.test(prefix) && Number(prefix) <= most)) return undefined;
  const length = Number(prefix ?? most);
  return { range: blockList(`${bare}/${length}`), address: bare, prefix: length };
}

function readRule(text: string): HostRule | undefined {
  // A port stands behind the last colon, unless that colon is part of an IPv6 address.
  const [, host = text, portText] = /^(\[[^\]]+\](?:\/\d+)?|[^:]+):(\d{1,5})$/.exec(text) ?? [];
  const port = portText === undefined ? defaultPort : Number(portText);
  if (port < 1 || port > 65_535) return undefined;
  const range = readRange(host);
  if (range) return { kind: 'range', text, port, ...range };
  const name = host.toLowerCase().replace(/\.$/, '');
  if (name.startsWith('*.') && namePattern.test(name.slice(2)))
    return { kind: 'wildcard', text, port, suffix: name.slice(1) };
  // What looks like an address and is none must not be taken for a name.
  return namePattern.test(name) && !/^[\d.]+$/.test(name) ? { kind: 'name', text, port, name } : undefined;
}

/** Reads the operator's list; entries that cannot be read are returned apart. */
export function readHostRules(text: string): { readonly rules: HostRule[]; readonly unreadable: string[] } {
  const entries = text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const rules = entries.map(readRule);
  return {
    rules: rules.filter((rule) => rule !== undefined),
    unreadable: entries.filter((_entry, index) => rules[index] === undefined),
  };
}

/** A host as it was entered, in the one spelling that all its spellings come down to. */
export type Host = { readonly name: string; readonly isAddress: boolean };

/** Reads a host name or address however it is spelt; undefined for whatever else was entered. */
export function readHost(text: string): Host | undefined {
  const bare = /^[0-9a-f:.]+$/i.test(text) && isIP(text) === 6 ? `[${text}]` : text;
  if (!/^[^/?#@\\\s%]+$/.test(bare) || !URL.canParse(`https://${bare}`)) return undefined;
  // A port would be dropped below where it is the usual one.
  if (/(^[^[:\]]+|\]):\d*$/.test(bare)) return undefined;
  // The parser of URLs knows every spelling of an address: decimal, hexadecimal, octal, shortened.
  const { hostname, username, port, pathname } = new URL(`https://${bare}`);
  if (username || port || pathname !== '/') return undefined;
  const name = canonicalAddress(hostname.replace(/^\[|\]$/g, '')).replace(/\.$/, '');
  const isAddress = isIP(name) !== 0;
  return isAddress || namePattern.test(name) ? { name, isAddress } : undefined;
}

function isNamedBy(rule: HostRule, name: string, port: number): boolean {
  if (rule.port !== port) return false;
  if (rule.kind === 'name') return rule.name === name;
  return rule.kind === 'wildcard' && name.endsWith(rule.suffix);
}

/** Whether a rule's range lies wholly inside of a block. */
function isWithin(rule: { address: string; prefix: number }, block: (typeof nevers)[number]): boolean {
  return rule.prefix >= block.prefix && block.range.check(rule.address, familyOf(rule.address));
}

/** Whether an address may be dialled for a host: by its own entry, or by the name's where no harm lies behind it. */
export function permitsAddress(
  rules: readonly HostRule[],
  { host, port, address: given }: { readonly host: Host; readonly port: number; readonly address: string },
): boolean {
  const address = canonicalAddress(given);
  const family = familyOf(address);
  const listing = rules.filter(
    (rule) => rule.kind === 'range' && rule.port === port && rule.range.check(address, family),
  );
  const danger = nevers.find(({ range }) => range.check(address, family));
  // A wide range is no explicit word about what lies in the middle of it.
  if (danger) return listing.some((rule) => rule.kind === 'range' && isWithin(rule, danger));
  if (listing.length > 0) return true;
  if (host.isAddress) return false;
  const naming = rules.filter((rule) => isNamedBy(rule, host.name, port));
  return inside.check(address, family) ? naming.some(({ kind }) => kind === 'name') : naming.length > 0;
}

/** What can be said of a host before its name is looked up. */
export function judgeHost(
  rules: readonly HostRule[],
  { host, port }: { readonly host: Host; readonly port: number },
): 'allowed' | 'refused' | 'depends-on-address' {
  if (host.isAddress)
    return permitsAddress(rules, { host, port, address: host.name }) ? 'allowed' : 'refused';
  const mayBe = rules.some((rule) =>
    rule.kind === 'range' ? rule.port === port : isNamedBy(rule, host.name, port),
  );
  return mayBe ? 'depends-on-address' : 'refused';
}
