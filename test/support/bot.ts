import { randomBytes } from 'node:crypto';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { startApp } from '../../src/main.ts';
import type { Account } from '../clouds/aws/account.ts';
import { startAwsCloud } from '../clouds/aws/cloud.ts';
import { demoAccounts } from '../clouds/aws/demo-accounts.ts';
import { startAzureCloud } from '../clouds/azure/cloud.ts';
import { demoDirectory } from '../clouds/azure/demo-accounts.ts';
import { startGoogleCloud } from '../clouds/google/cloud.ts';
import { demoPublicKey, demoDirectory as googleDirectory } from '../clouds/google/demo-accounts.ts';
import { startVsphereCloud } from '../clouds/vsphere/cloud.ts';
import { demoVcenter, knownPrivileges } from '../clouds/vsphere/demo-accounts.ts';
import { openTestRedis } from './redis.ts';
import { createSlackPerson } from './slack-person.ts';
import { botToken, freePort, signingSecret, startSlackWorkspace } from './slack-workspace.ts';
import { trustLoopback } from './tls.ts';

export type BotOptions = {
  readonly accounts?: Account[];
  readonly environment?: Record<string, string>;
  /** A Redis to use instead of an empty one of its own. */
  readonly redisUrl?: string;
  /** Methods of Slack that emulate lacks, with their answers. */
  readonly extraMethods?: Record<string, Record<string, unknown>>;
};

/** The whole product on loopback: real Redis, real bot and worker, a local Slack, local clouds, and one person. */
export async function startTestBot({
  accounts = demoAccounts(),
  environment = {},
  redisUrl,
  extraMethods,
}: BotOptions = {}) {
  const [redis, workspace, cloud, azure, google, vsphere, port] = await Promise.all([
    openTestRedis(redisUrl),
    startSlackWorkspace(extraMethods),
    startAwsCloud(accounts),
    startAzureCloud(demoDirectory()),
    startGoogleCloud(googleDirectory(), demoPublicKey),
    startVsphereCloud(demoVcenter(knownPrivileges)),
    freePort(),
  ]);
  process.env.AWS_ENDPOINT_URL = cloud.url;
  await trustLoopback();
  const logs: string[] = [];
  const settings = {
    SLACK_BOT_TOKEN: botToken,
    SLACK_SIGNING_SECRET: signingSecret,
    SLACK_API_URL: workspace.apiUrl,
    XOAP_PORT: String(port),
    REDIS_URL: redis.url ?? redis.prompt.options.path ?? '',
    XOAP_ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    XOAP_LOG_LEVEL: 'debug',
    XOAP_AZURE_AUTHORITY_HOST: azure.url,
    XOAP_AZURE_RESOURCE_MANAGER: azure.url,
    XOAP_GOOGLE_ENDPOINT: google.url,
    XOAP_VSPHERE_ALLOWED_HOSTS: `127.0.0.1/32:${vsphere.port}`,
    ...environment,
  };
  const config = {
    ...readConfig({ ...settings, REDIS_URL: 'redis://127.0.0.1' }),
    REDIS_URL: settings.REDIS_URL,
  };
  const logger = createLogger('debug', { write: (line) => void logs.push(line) });
  const app = await startApp(config, logger);
  const botUrl = `http://127.0.0.1:${port}`;
  const person = await createSlackPerson(workspace, botUrl);
  return {
    app,
    botUrl,
    cloud,
    azure,
    google,
    vsphere,
    logs,
    person,
    redis,
    settings,
    workspace,
    async close() {
      await person.close();
      await app.close();
      await Promise.all([
        workspace.close(),
        cloud.close(),
        azure.close(),
        google.close(),
        vsphere.close(),
        redis.close(),
      ]);
    },
  };
}
export type TestBot = Awaited<ReturnType<typeof startTestBot>>;
