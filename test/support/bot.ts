import { randomBytes } from 'node:crypto';
import type { Account } from '../../simulations/aws/account.ts';
import { freePort } from '../../simulations/free-port.ts';
import { type SimulatedClouds, startSimulatedClouds } from '../../simulations/simulated-clouds.ts';
import { createSlackPerson } from '../../simulations/slack/person.ts';
import { botToken, signingSecret } from '../../simulations/slack/seed.ts';
import { startSlackWorkspace } from '../../simulations/slack/workspace.ts';
import { createTeamsPerson } from '../../simulations/teams/person.ts';
import { clientId, startTeamsTenant, tenantId } from '../../simulations/teams/tenant.ts';
import { trustLoopback } from '../../simulations/tls.ts';
import { startApp } from '../../src/app/app.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/logger.ts';
import type { Providers } from '../../src/providers/provider.ts';
import { openTestRedis } from './redis.ts';

export type BotOptions = {
  readonly accounts?: Account[];
  readonly environment?: Record<string, string>;
  /** The same of what is only known once the local clouds are there. */
  readonly withClouds?: (clouds: SimulatedClouds) => Record<string, string>;
  /** Whether the bot has an address for browsers: its own. */
  readonly isPublic?: boolean;
  /** A Redis to use instead of an empty one of its own. */
  readonly redisUrl?: string;
  /** Methods of Slack that emulate lacks, with their answers. */
  readonly extraMethods?: Record<string, Record<string, unknown>>;
  /** The port that the bot listens on; a free one where absent. */
  readonly port?: number;
  /** Providers to verify instead of those of the registry. */
  readonly providers?: Providers;
};

/**
 * The whole product on loopback: real Redis, real bot and worker, a local Slack, a local Teams, local clouds, and one person in
 * each.
 */
export async function startTestBot(options: BotOptions = {}) {
  const { accounts, environment = {}, redisUrl, extraMethods, providers } = options;
  const [redis, workspace, tenant, clouds, port] = await Promise.all([
    openTestRedis(redisUrl),
    startSlackWorkspace(extraMethods),
    startTeamsTenant(),
    startSimulatedClouds(accounts),
    options.port ?? freePort(),
  ]);
  const { cloud, azure, google, vsphere } = clouds;
  process.env.AWS_ENDPOINT_URL = cloud.url;
  await trustLoopback();
  const logs: string[] = [];
  const settings = {
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: workspace.apiUrl,
    TEAMS_CLIENT_ID: clientId,
    TEAMS_ALLOWED_TENANTS: tenantId,
    TEAMS_TEST_ISSUER: tenant.issuerUrl,
    XOAP_PORT: String(port),
    XOAP_HEALTH_PORT: '0',
    REDIS_URL: redis.url ?? redis.prompt.options.path ?? '',
    XOAP_ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    XOAP_LOG_LEVEL: 'debug',
    ...(options.isPublic && { XOAP_PUBLIC_URL: `http://127.0.0.1:${port}` }),
    ...clouds.settings,
    ...environment,
    ...options.withClouds?.(clouds),
  };
  const config = {
    ...readConfig({ ...settings, REDIS_URL: 'redis://127.0.0.1' }),
    REDIS_URL: settings.REDIS_URL,
  };
  const logger = createLogger('debug', { write: (line) => void logs.push(line) });
  const app = await startApp(config, logger, { ...(providers && { providers }) });
  const botUrl = `http://127.0.0.1:${port}`;
  const person = await createSlackPerson(workspace, botUrl);
  const teamsPerson = createTeamsPerson(tenant, botUrl);
  return {
    app,
    botUrl,
    clouds,
    cloud,
    azure,
    google,
    vsphere,
    logs,
    person,
    redis,
    settings,
    teamsPerson,
    tenant,
    workspace,
    async close() {
      await person.close();
      await app.close();
      await Promise.all([workspace.close(), tenant.close(), clouds.close(), redis.close()]);
    },
  };
}
export type TestBot = Awaited<ReturnType<typeof startTestBot>>;
