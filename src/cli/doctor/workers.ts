import type { ExaminedRedis } from '../../../adapters/redis/examine.ts';
import { createReadBotStatus } from '../../../jobs/queue-status.ts';
import type { Examined } from '../../examined.ts';
import type { Logger } from '../../logger.ts';
import type { Provider } from '../../providers/provider.ts';

const part = 'Workers';

/** Looks who takes work off the queues. */
export async function examineWorkers(
  redis: ExaminedRedis['redis'],
  providers: readonly Provider[],
  logger: Logger,
): Promise<Examined[]> {
  if (!redis)
    return [
      { part, state: 'skipped', text: 'no Redis is there yet, and so no bot runs (npm start starts both)' },
    ];
  const status = createReadBotStatus(redis, { providers: providers.map(({ id }) => id), logger });
  try {
    const { answering, verifying, verifications } = await status.read('');
    if (answering === 0)
      return [
        {
          part,
          state: 'failed',
          text: `none is alive; ${verifications.waiting} verifications wait`,
          todo: 'Start the bot (npm start), or a worker (XOAP_PROCESS=worker) with the same REDIS_URL and keys.',
        },
      ];
    const idle = providers.filter(({ id }) => (verifying.get(id) ?? 0) === 0);
    const alive: Examined = {
      part,
      state: 'ok',
      text: `${answering} alive; ${verifications.waiting} verifications wait`,
    };
    const unserved = idle.map(
      ({ id, label }): Examined => ({
        part,
        state: 'warning',
        text: `none verifies connections of ${label}`,
        todo: `Start one without XOAP_WORKER_PROVIDERS, or with ${id} in it.`,
      }),
    );
    return [alive, ...unserved];
  } catch (error) {
    // What Redis itself refuses: a user without rights, or a cluster.
    const text = error instanceof Error ? error.message.split('\n', 1)[0] : 'it did not answer';
    return [
      {
        part,
        state: 'failed',
        text: `Redis refuses what the bot needs: ${text}`,
        todo: 'Give its user all commands but the dangerous ones, and all keys and channels (ACL SETUSER … ~* &* +@all -@dangerous).',
      },
    ];
  } finally {
    await status.close();
  }
}
