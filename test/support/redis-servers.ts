import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findRedisProgram } from '../../adapters/redis/redis-program.ts';
import { freePort } from '../../simulations/free-port.ts';
import { until } from '../../simulations/until.ts';

type Server = {
  readonly port: number;
  /** For what a test does to it itself. */
  readonly client: Redis;
  kill(): Promise<void>;
};

/** Milliseconds after which the others hold a server for dead. */
const deadMs = 1_000;

/** Several servers of a test's own, each in a folder of its own, which are ended together. */
async function createServers() {
  const [directory, program = 'redis-server'] = await Promise.all([
    mkdtemp(join(tmpdir(), 'xoap-redis-')),
    findRedisProgram(),
  ]);
  const servers: (Server & { readonly child: ChildProcess })[] = [];

  async function start(
    settings: (port: number) => Record<string, string>,
    isSentinel = false,
  ): Promise<Server> {
    const port = await freePort();
    const folder = join(directory, String(port));
    await mkdir(folder);
    const file = join(folder, 'redis.conf');
    const lines = Object.entries({ port: String(port), bind: '127.0.0.1', dir: folder, ...settings(port) });
    await writeFile(file, lines.map(([name, value]) => `${name} ${value}`).join('\n'));
    const child = spawn(program, [file, ...(isSentinel ? ['--sentinel'] : [])], { stdio: 'ignore' });
    const client = new Redis(port, { maxRetriesPerRequest: null, retryStrategy: () => 50 });
    client.on('error', () => undefined);
    const gone = once(child, 'exit').then(() => 'gone' as const);
    if ((await Promise.race([client.ping(), gone])) === 'gone') {
      // Its port, or the one that a cluster's servers talk over, was taken meanwhile.
      client.disconnect();
      return start(settings, isSentinel);
    }
    const kill = async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    };
    const server = { port, client, child, kill };
    servers.push(server);
    return server;
  }

  return {
    start,
    async close() {
      for (const { client } of servers) client.disconnect();
      await Promise.all(
        servers.map(async ({ child, kill }) => {
          if (child.exitCode === null && child.signalCode === null) await kill();
        }),
      );
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const says = async ({ client }: Server, section: string, line: string) =>
  (await client.info(section)).includes(line);

const offsetIn = async ({ client }: Server) =>
  /^master_repl_offset:(\d+)/m.exec(await client.info('replication'))?.[1];

/**
 * Ends a master once its replica has all that it answered: Redis sends that behind the answer, and loses what is on its way when a
 * master dies. What is asked meanwhile is not answered any more.
 */
export async function killInSync(master: Server, replica: Server): Promise<void> {
  await master.client.call('CLIENT', 'PAUSE', '60000', 'WRITE');
  await until(
    'the replica to have all of it',
    async () => (await offsetIn(master)) === (await offsetIn(replica)),
  );
  await master.kill();
}

/** A cluster of three masters, each with a replica. */
export async function startRedisCluster() {
  const { start, close } = await createServers();
  const settings = () => ({
    'cluster-enabled': 'yes',
    'cluster-node-timeout': String(deadMs),
    'cluster-replica-validity-factor': '0',
    appendonly: 'yes',
    'maxmemory-policy': 'noeviction',
  });
  const nodes = await Promise.all(Array.from({ length: 6 }, () => start(settings)));
  const [masters, replicas] = [nodes.slice(0, 3), nodes.slice(3)];
  const [first] = nodes as [Server];
  const bounds = [0, 5_461, 10_923, 16_384];
  for (const [index, { client }] of masters.entries()) {
    await client.call(
      'CLUSTER',
      'ADDSLOTSRANGE',
      String(bounds[index]),
      String((bounds[index + 1] ?? 0) - 1),
    );
    await client.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1));
  }
  for (const { port } of nodes.slice(1))
    await first.client.call('CLUSTER', 'MEET', '127.0.0.1', String(port));
  const knows = async ({ client }: Server) =>
    String(await client.call('CLUSTER', 'INFO')).includes('cluster_known_nodes:6');
  await until('the nodes to know each other', async () =>
    (await Promise.all(nodes.map(knows))).every(Boolean),
  );
  for (const [index, { client }] of replicas.entries()) {
    const id = String(await masters[index]?.client.call('CLUSTER', 'MYID'));
    await until('the replica', () =>
      client.call('CLUSTER', 'REPLICATE', id).then(
        () => true,
        () => false,
      ),
    );
  }
  const isUp = async (node: Server) =>
    String(await node.client.call('CLUSTER', 'INFO')).includes('cluster_state:ok') &&
    (masters.includes(node) || says(node, 'replication', 'master_link_status:up'));
  await until('the cluster', async () => (await Promise.all(nodes.map(isUp))).every(Boolean));
  return {
    url: `redis+cluster://${nodes
      .slice(0, 3)
      .map(({ port }) => `127.0.0.1:${port}`)
      .join(',')}`,
    nodes,
    masters,
    replicas,
    close,
  };
}

/** A master with a replica, and three sentinels that watch it under the name `main`. */
export async function startRedisSentinels() {
  const { start, close } = await createServers();
  const durable = { appendonly: 'yes', 'maxmemory-policy': 'noeviction' };
  const master = await start(() => durable);
  const replica = await start(() => ({ ...durable, replicaof: `127.0.0.1 ${master.port}` }));
  await until('the replica', () => says(replica, 'replication', 'master_link_status:up'));
  const sentinels = await Promise.all(
    [1, 2, 3].map(() =>
      start(
        () => ({
          'sentinel monitor': `main 127.0.0.1 ${master.port} 2`,
          'sentinel down-after-milliseconds': `main ${deadMs}`,
          'sentinel failover-timeout': 'main 5000',
        }),
        true,
      ),
    ),
  );
  const knows = async ({ client }: Server) => {
    const told = String(await client.call('SENTINEL', 'MASTER', 'main'));
    return told.includes('num-slaves,1') && told.includes('num-other-sentinels,2');
  };
  await until('the sentinels', async () => (await Promise.all(sentinels.map(knows))).every(Boolean));
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/main`,
    master,
    replica,
    close,
  };
}
