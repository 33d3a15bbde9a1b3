import { describe, expect, it } from 'vitest';
import { readRedisAddress, shownAddress } from '../../../adapters/redis/address.ts';

describe('an address of Redis', () => {
  it.each([
    [
      'redis://localhost',
      { kind: 'single', hosts: [{ host: 'localhost', port: 6379 }], db: 0, isEncrypted: false },
    ],
    [
      'rediss://joe:p%40ss@redis.example.com:6380/3',
      {
        kind: 'single',
        hosts: [{ host: 'redis.example.com', port: 6380 }],
        username: 'joe',
        password: 'p@ss',
        db: 3,
        isEncrypted: true,
      },
    ],
    [
      'redis://:only-a-password@[::1]:7000',
      { hosts: [{ host: '::1', port: 7000 }], password: 'only-a-password' },
    ],
    ['redis://:50%off@localhost', { password: '50%off' }],
    [
      'redis+cluster://joe:pass@a.example.com:7001,b.example.com',
      {
        kind: 'cluster',
        hosts: [
          { host: 'a.example.com', port: 7001 },
          { host: 'b.example.com', port: 6379 },
        ],
        username: 'joe',
      },
    ],
    [
      'rediss+sentinel://s1.example.com,s2.example.com:26380/my%20master/2?sentinelPassword=other',
      {
        kind: 'sentinel',
        hosts: [
          { host: 's1.example.com', port: 26379 },
          { host: 's2.example.com', port: 26380 },
        ],
        name: 'my master',
        db: 2,
        isEncrypted: true,
        sentinelPassword: 'other',
      },
    ],
  ])('%s is read', (text, parts) => {
    expect(readRedisAddress(text)).toMatchObject(parts);
  });

  it.each([
    '',
    'redis://',
    'redis.example.com:6379',
    'http://redis.example.com',
    'redis://a.example.com,b.example.com',
    'redis://localhost:99999',
    'redis://localhost/db',
    'redis+cluster://a.example.com/1',
    'redis+sentinel://a.example.com',
    'redis+sentinel://a.example.com/',
    'redis+pool://a.example.com',
  ])('%j is none', (text) => {
    expect(readRedisAddress(text)).toBeUndefined();
  });

  it('is shown without who signs in', () => {
    const shown = [
      'redis://joe:planted@localhost:1',
      'redis+cluster://joe:planted@a:1,b:2',
      'redis+sentinel://joe:planted@a:1/main?sentinelPassword=planted',
    ].map((text) => {
      const address = readRedisAddress(text);
      return address && shownAddress(address);
    });
    expect(shown).toEqual(['localhost:1', 'the cluster at a:1, b:2', 'main, by the sentinels at a:1']);
  });
});
