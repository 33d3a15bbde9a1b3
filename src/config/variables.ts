import { z } from 'zod';
import { providerIds } from '../providers/provider.ts';
import { readHostRules } from '../providers/vsphere/allowed-hosts.ts';
import { findTimeZone } from '../reports/time-zones.ts';

const wholeNumber = z.coerce.number().int();

/** The entries of a list that is separated by commas. */
const entries = (text: string) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);

const guid = z.guid('must be a GUID, such as 00000000-0000-0000-0000-000000000000');

/** The Agents Playground has a tenant with a digit too many. */
const tenantId = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12,13}$/i, 'must hold ids of tenants, which are GUIDs');

const loopbackUrl = z.url({
  protocol: /^http$/,
  hostname: /^(localhost|127\.0\.0\.1)$/,
  error: 'must be an address on this machine, such as http://localhost:56150',
});

const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an address that starts with https://' });

/** What the operator decides about providers; `xoap verify` reads these too. */
export const providerVariables = {
  XOAP_AZURE_AUTHORITY_HOST: httpsUrl
    .optional()
    .describe(
      'Address where Azure connections sign in, in place of that of their cloud; for sovereign and test clouds.',
    ),
  XOAP_AZURE_RESOURCE_MANAGER: httpsUrl
    .optional()
    .describe(
      'Address of Azure Resource Manager, in place of that of the cloud of a connection; for sovereign and test clouds.',
    ),
  XOAP_GOOGLE_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an address that starts with http:// or https://' })
    .optional()
    .describe("Address of one server in place of all of Google's; only for tests and the demo."),
  XOAP_VSPHERE_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((text, context) => {
      const { rules, unreadable } = readHostRules(text);
      for (const entry of unreadable)
        context.addIssue(`has an entry that is no host name, "*." pattern or CIDR: ${entry}`);
      return rules;
    })
    .describe(
      'vCenters that may be called, separated by commas: host names, *.patterns and CIDRs, each with an optional :port (443 otherwise); none when empty.',
    ),
};

/** Every variable the bot reads. `.env.example` is held against this table by a test. */
export const variables = {
  SLACK_BOT_TOKEN: z
    .string()
    .startsWith('xoxb-', 'must be a bot token, which starts with xoxb-')
    .optional()
    .describe('Bot token of the Slack app (OAuth & Permissions page); starts with xoxb-.'),
  SLACK_SIGNING_SECRET: z
    .string()
    .min(8, 'is too short for a signing secret')
    .optional()
    .describe(
      'Signing secret of the Slack app (Basic Information page); needed to receive requests over HTTP.',
    ),
  SLACK_APP_TOKEN: z
    .string()
    .startsWith('xapp-', 'must be an app-level token, which starts with xapp-')
    .optional()
    .describe(
      'App-level token with connections:write; set it instead of the signing secret for Socket Mode.',
    ),
  SLACK_API_URL: z
    .url()
    .default('https://slack.com/api/')
    .describe("Address of Slack's Web API; another one only for tests and the demo."),
  SLACK_COMMAND: z
    .string()
    .regex(
      /^\/[a-z0-9_-]{1,31}$/,
      'must be a slash and at most 31 small letters, digits, hyphens or underscores',
    )
    .default('/xoap')
    .describe('The slash command of the Slack app; another one where several bots share a workspace.'),
  TEAMS_CLIENT_ID: guid
    .optional()
    .describe('Client id of the bot of the Teams app (its Entra application), a GUID.'),
  TEAMS_CLIENT_SECRET: z
    .string()
    .min(8, 'is too short for a client secret')
    .optional()
    .describe('Client secret of that application; the bot and its workers post with it.'),
  TEAMS_TENANT_ID: guid
    .optional()
    .describe('Tenant where that application is registered; leave it empty for a multi-tenant one of old.'),
  TEAMS_ALLOWED_TENANTS: z
    .string()
    .default('')
    .transform(entries)
    .pipe(z.array(tenantId))
    .describe('Ids of the tenants whose people may use the bot, separated by commas; nobody may when empty.'),
  TEAMS_CLOUD: z
    .enum(['public', 'usgov', 'usgovdod', 'china'])
    .default('public')
    .describe('Microsoft cloud of the tenants: public, usgov, usgovdod or china.'),
  TEAMS_PLAYGROUND_URL: loopbackUrl
    .optional()
    .describe(
      'Address of the connector of a local Agents Playground; takes requests without a token, so only on loopback and never in production.',
    ),
  TEAMS_TEST_ISSUER: loopbackUrl
    .optional()
    .describe('Address of a local issuer of tokens in place of Microsoft; only for tests.'),
  XOAP_HOST: z.string().default('127.0.0.1').describe('Address the HTTP server listens on.'),
  XOAP_PORT: wholeNumber.min(0).max(65535).default(3000).describe('Port the HTTP server listens on.'),
  XOAP_PROCESS: z
    .enum(['all', 'bot', 'worker'])
    .default('all')
    .describe('What this process runs: bot (receives from chat), worker (verifies), or all.'),
  XOAP_WORKER_CONCURRENCY: wholeNumber
    .min(1)
    .max(100)
    .default(8)
    .describe('How many verifications one worker runs at the same time.'),
  XOAP_WORKER_PROVIDERS: z
    .string()
    .default('')
    .transform((text) => entries(text.toLowerCase()))
    .pipe(z.array(z.enum(providerIds, { error: `must name providers, from: ${providerIds.join(', ')}` })))
    .describe(
      'Providers that this worker serves, separated by commas; all when empty. A worker for some providers needs no chat token.',
    ),
  XOAP_ADMINS: z
    .string()
    .default('')
    .transform(entries)
    .describe(
      'Chat user ids (in Teams: Entra object ids), separated by commas, who may change and remove connections that others added.',
    ),
  XOAP_ENCRYPTION_KEYS: z
    .string()
    .default('')
    .transform(entries)
    .pipe(
      z.array(
        z
          .string()
          .regex(/^[A-Za-z0-9+/]{43}=$/, 'must be 32 random bytes in base64 (openssl rand -base64 32)'),
      ),
    )
    .describe(
      'Keys that seal stored credentials, each 32 bytes in base64, separated by commas; the first one seals, all open.',
    ),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must start with redis:// or rediss://' })
    .optional()
    .describe('Redis to use; without it the bot starts a private redis-server in its data directory.'),
  XOAP_DATA_DIR: z
    .string()
    .min(1)
    .default('.xoap')
    .describe('Directory for the private Redis and, outside production, the generated encryption key.'),
  ...providerVariables,
  XOAP_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('How much is logged.'),
  XOAP_PUBLIC_URL: z
    .union([httpsUrl, loopbackUrl], 'must be an address that starts with https://')
    .optional()
    .describe(
      'Address at which Teams reaches the bot, such as https://bot.example.com: wide tables, and charts where a client draws none, are shown as pictures from there; as words without it.',
    ),
  XOAP_TIME_ZONE: z
    .string()
    .default('UTC')
    .transform((text, context) => {
      const found = findTimeZone(text);
      if (!found) context.addIssue('must be a time zone, such as Europe/Vienna');
      return found ?? 'UTC';
    })
    .describe('Time zone of reminders, and of schedules whose maker has none that is known.'),
  XOAP_MAX_KEY_AGE_DAYS: wholeNumber
    .min(0)
    .max(3_650)
    .default(90)
    .describe(
      'Days after which an AWS or Google key without an end counts as too old, with reminders ahead of it; 0 for never.',
    ),
  XOAP_REPORT_CONCURRENCY: wholeNumber
    .min(1)
    .max(100)
    .default(10)
    .describe(
      'Connections of one provider that reports verify at once, over all workers; two of one account.',
    ),
  XOAP_REPORT_SPREAD_SECONDS: wholeNumber
    .min(0)
    .max(3_600)
    .default(60)
    .describe(
      'Seconds over which the verifications of scheduled reports are spread, so that not all begin at once.',
    ),
  NODE_ENV: z
    .string()
    .default('development')
    .describe(
      'production refuses what is only for trying out: a generated encryption key, another SLACK_API_URL, TEAMS_PLAYGROUND_URL, TEAMS_TEST_ISSUER, XOAP_GOOGLE_ENDPOINT.',
    ),
};
