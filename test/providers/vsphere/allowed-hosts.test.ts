import { describe, expect, it } from 'vitest';
import {
  judgeHost,
  permitsAddress,
  readHost,
  readHostRules,
} from '../../../src/providers/vsphere/allowed-hosts.ts';

const rulesOf = (text: string) => readHostRules(text).rules;

function host(text: string) {
  const read = readHost(text);
  if (!read) throw new Error(`${text} was not read`);
  return read;
}

describe('the operator’s list', () => {
  it('takes names, wildcards and ranges, each with or without a port', () => {
    const text =
      'vcenter.example.com, *.lab.example.com:8443, 10.0.0.0/8, 192.0.2.7, [2001:db8::/32]:8989, 2001:db8::1';
    const { rules, unreadable } = readHostRules(
      'vcenter.example.com, *.lab.example.com:8443, 10.0.0.0/8, 192.0.2.7, [2001:db8::1]:8989',
    );

    expect(unreadable).toEqual([]);
    expect(rules.map(({ kind, port }) => [kind, port])).toEqual([
      ['name', 443],
      ['wildcard', 8443],
      ['range', 443],
      ['range', 443],
      ['range', 8989],
    ]);
    expect(readHostRules(text).rules.length).toBeGreaterThanOrEqual(5);
  });

  it.each([
    'https://vcenter.example.com',
    '*',
    '*.*.com',
    '10.0.0.0/33',
    '10.0.0',
    'a:99999',
    'a b',
    '1.2.3.4/8/9',
  ])('does not take %s', (entry) => {
    expect(readHostRules(entry)).toEqual({ rules: [], unreadable: [entry] });
  });

  it('is empty when nothing stands in it', () => {
    expect(readHostRules(' , ')).toEqual({ rules: [], unreadable: [] });
  });
});

describe('a host that was entered', () => {
  it.each([
    ['vcenter.example.com', 'vcenter.example.com'],
    ['VCenter.Example.COM.', 'vcenter.example.com'],
    ['127.0.0.1', '127.0.0.1'],
    ['2130706433', '127.0.0.1'],
    ['0x7f000001', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['017700000001', '127.0.0.1'],
    ['127.1', '127.0.0.1'],
    ['[::1]', '::1'],
    ['::1', '::1'],
    ['[::ffff:127.0.0.1]', '127.0.0.1'],
    ['[::ffff:7f00:1]', '127.0.0.1'],
    ['[0:0:0:0:0:ffff:a9fe:a9fe]', '169.254.169.254'],
    ['１２７.0.0.1', '127.0.0.1'],
  ])('%s is %s', (text, name) => {
    expect(readHost(text)?.name).toBe(name);
  });

  it.each([
    '',
    'https://vcenter.example.com',
    'user@vcenter.example.com',
    'vcenter.example.com/ui',
    'a:443',
    'a b',
    'a\\b',
    'a%00b',
    'a?b',
    'a#b',
    '[::1',
    '-a-',
  ])('%j is none', (text) => {
    expect(readHost(text)).toBeUndefined();
  });
});

describe('an address behind a host', () => {
  it.each<[string, string, string, boolean]>([
    ['vcenter.example.com', 'vcenter.example.com', '192.0.2.10', true],
    ['vcenter.example.com', 'vcenter.example.com', '10.1.2.3', true],
    ['vcenter.example.com', 'vcenter.example.com', '127.0.0.1', false],
    ['vcenter.example.com', 'vcenter.example.com', '::1', false],
    ['vcenter.example.com', 'vcenter.example.com', '::ffff:127.0.0.1', false],
    ['vcenter.example.com', 'vcenter.example.com', '169.254.169.254', false],
    ['vcenter.example.com', 'vcenter.example.com', 'fd00:ec2::254', false],
    ['vcenter.example.com', 'vcenter.example.com', '224.0.0.1', false],
    ['vcenter.example.com', 'vcenter.example.com', '0.0.0.0', false],
    ['vcenter.example.com', 'vcenter.example.com', 'fe80::1', false],
    ['vcenter.example.com', 'vcenter.example.com', '64:ff9b::7f00:1', false],
    ['*.example.com', 'a.example.com', '192.0.2.10', true],
    ['*.example.com', 'a.example.com', '10.1.2.3', false],
    ['*.example.com, 10.0.0.0/8', 'a.example.com', '10.1.2.3', true],
    ['*.example.com', 'example.com', '192.0.2.10', false],
    ['*.example.com', 'example.com.evil.test', '192.0.2.10', false],
    ['*', 'a.example.com', '192.0.2.10', false],
    ['10.0.0.0/8', 'anything.example.com', '10.1.2.3', true],
    ['10.0.0.0/8', 'anything.example.com', '11.1.2.3', false],
    ['0.0.0.0/0', 'a.example.com', '169.254.169.254', false],
    ['0.0.0.0/0', 'a.example.com', '127.0.0.1', false],
    ['0.0.0.0/0', 'a.example.com', '10.1.2.3', true],
    ['169.254.169.254/32', 'a.example.com', '169.254.169.254', true],
    ['::/0', 'a.example.com', '::1', false],
    ['*.example.com', 'a.example.com', '168.63.129.16', false],
    ['a.example.com', 'a.example.com', '100.100.100.200', false],
    ['*.example.com', 'a.example.com', '::7f00:1', false],
    ['*.example.com', 'a.example.com', '::ffff:0:7f00:1', false],
    ['*.example.com', 'a.example.com', '2001:0:1::1', false],
    ['localhost', 'localhost', '127.0.0.1', false],
    ['127.0.0.1/32', 'localhost', '127.0.0.1', true],
  ])('with %s in the list, %s at %s: %s', (rules, name, address, expected) => {
    expect(permitsAddress(rulesOf(rules), { host: host(name), port: 443, address })).toBe(expected);
  });

  it('is held against the port of its entry', () => {
    const rules = rulesOf('127.0.0.1/32:8989, vcenter.example.com:8443');
    const local = host('127.0.0.1');

    expect(permitsAddress(rules, { host: local, port: 8989, address: '127.0.0.1' })).toBe(true);
    expect(permitsAddress(rules, { host: local, port: 443, address: '127.0.0.1' })).toBe(false);
    expect(
      permitsAddress(rules, { host: host('vcenter.example.com'), port: 443, address: '192.0.2.1' }),
    ).toBe(false);
  });
});

describe('before a name is looked up', () => {
  it.each([
    ['vcenter.example.com', 'vcenter.example.com', 'depends-on-address'],
    ['vcenter.example.com', 'other.example.com', 'refused'],
    ['10.0.0.0/8', 'other.example.com', 'depends-on-address'],
    ['10.0.0.0/8', '10.0.0.1', 'allowed'],
    ['10.0.0.0/8', '169.254.169.254', 'refused'],
    ['10.0.0.0/8', '2852039166', 'refused'],
    ['', '192.0.2.1', 'refused'],
  ])('with %s in the list, %s is %s', (rules, name, expected) => {
    expect(judgeHost(rulesOf(rules), { host: host(name), port: 443 })).toBe(expected);
  });
});
