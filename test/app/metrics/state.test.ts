import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { createState, type StateReaders } from '../../../src/app/metrics/state.ts';
import { silent } from '../../support/silent.ts';

const readers: StateReaders = {
  queues: async () => [{ queue: 'q', counts: { waiting: 3, in_line: 2 }, oldestSeconds: 12 }],
  memory: async () => ({ used: 5, most: 10 }),
  outbox: async () => 1,
  unreadable: async () => 4,
  async *connections() {
    yield { provider: 'aws', verdict: 'ready', daysLeft: undefined };
    yield { provider: 'aws', verdict: 'ready', daysLeft: -3 };
    yield { provider: 'azure', verdict: 'unverified', daysLeft: 0 };
    yield { provider: 'azure', verdict: 'missing', daysLeft: 7 };
    yield { provider: 'azure', verdict: 'missing', daysLeft: 8 };
    yield { provider: 'azure', verdict: 'missing', daysLeft: 400 };
  },
};

async function told(given: StateReaders): Promise<string[]> {
  const registry = new Registry();
  const state = createState(registry, given, silent);
  // What goes over all connections is there with the next scrape.
  await state.refresh();
  await new Promise(setImmediate);
  await state.refresh();
  return (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

describe('the state that processes share', () => {
  it('is told by provider, verdict and days', async () => {
    expect(await told(readers)).toEqual([
      'xoap_redis_up 1',
      'xoap_redis_memory_bytes 5',
      'xoap_redis_memory_max_bytes 10',
      'xoap_queue_jobs{queue="q",state="waiting"} 3',
      'xoap_queue_jobs{queue="q",state="in_line"} 2',
      'xoap_queue_oldest_seconds{queue="q"} 12',
      'xoap_outbox_reports 1',
      'xoap_unreadable_records 4',
      'xoap_connections{provider="aws",verdict="ready"} 2',
      'xoap_connections{provider="azure",verdict="unverified"} 1',
      'xoap_connections{provider="azure",verdict="missing"} 3',
      'xoap_credentials{provider="aws",days_left="over"} 1',
      'xoap_credentials{provider="azure",days_left="1"} 1',
      'xoap_credentials{provider="azure",days_left="7"} 1',
      'xoap_credentials{provider="azure",days_left="14"} 1',
      'xoap_credentials{provider="azure",days_left="more"} 1',
    ]);
  });

  it('is told to be away where Redis does not answer, and the scrape comes all the same', async () => {
    const away = async () => {
      throw new Error('away');
    };
    expect(await told({ ...readers, queues: away, memory: away })).toContain('xoap_redis_up 0');
    const never = () => new Promise<never>(() => undefined);
    expect(await told({ ...readers, memory: never })).toContain('xoap_redis_up 0');
  });
});
