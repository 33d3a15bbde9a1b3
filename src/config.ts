import { z } from 'zod';
import { AppError } from './errors.ts';
import { providerIds } from './providers/provider.ts';
import type { ProviderSettings } from './providers/registry.ts';
import { readHostRules } from './providers/vsphere/allowed-hosts.ts';

const wholeNumber = z.coerce.number().int();

const httpsUrl = z.url({ protocol: /^https$/, error: 'must be an address that starts with https://' });

/** What the operator decides about providers; `xoap verify` reads these too. */
const providerVariables = {
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
    .transform((text) =>
      text
        .split(',')
        .map((id) => id.trim().toLowerCase())
        .filter(Boolean),
    )
    .pipe(z.array(z.enum(providerIds, { error: `must name providers, from: ${providerIds.join(', ')}` })))
    .describe(
      'Providers that this worker serves, separated by commas; all when empty. A worker for some providers needs no chat token.',
    ),
  XOAP_ADMINS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((id) => id.trim())
        .filter(Boolean),
    )
    .describe('Chat user ids, separated by commas, who may remove connections that others added.'),
  XOAP_ENCRYPTION_KEYS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((key) => key.trim())
        .filter(Boolean),
    )
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
  NODE_ENV: z
    .string()
    .default('development')
    .describe(
      'production refuses what is only for trying out: a generated encryption key, another SLACK_API_URL, XOAP_GOOGLE_ENDPOINT.',
    ),
};

const Environment = z.object(variables);
export type Config = z.infer<typeof Environment>;

const ProviderEnvironment = z.object(providerVariables);

/** The settings of providers among those of the bot. */
export function providerSettings(config: z.infer<typeof ProviderEnvironment>): ProviderSettings {
  const { XOAP_AZURE_AUTHORITY_HOST: authorityHost, XOAP_AZURE_RESOURCE_MANAGER: resourceManager } = config;
  return {
    azure: { authorityHost, resourceManager },
    google: { endpoint: config.XOAP_GOOGLE_ENDPOINT },
    vsphere: { allowedHosts: config.XOAP_VSPHERE_ALLOWED_HOSTS },
  };
}

/** Reads the settings of providers alone. Throws `config.invalid` as `readConfig` does. */
export function readProviderSettings(environment: NodeJS.ProcessEnv = process.env): ProviderSettings {
  const parsed = ProviderEnvironment.safeParse(presentIn(environment));
  if (!parsed.success) throw invalid(problemsOf(parsed.error));
  return providerSettings(parsed.data);
}

/** The variables that are set; an empty one counts as absent. */
function presentIn(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}

function problemsOf(error: z.ZodError): string[] {
  return error.issues.map((issue) => `${issue.path[0]?.toString()}: ${issue.message}`);
}

function invalid(problems: readonly string[]): AppError {
  return new AppError(
    `Cannot start with these settings:\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    { code: 'config.invalid', hint: 'Each variable is explained in .env.example.' },
  );
}

/**
 * Reads the settings from the environment; an empty variable counts as absent.
 * Throws `config.invalid` with every problem in one message, a line each.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const set = presentIn(environment);
  const parsed = Environment.safeParse(set);
  const unreadable = parsed.success ? [] : problemsOf(parsed.error);
  const problems = [...unreadable, ...contradictions(set)];
  if (parsed.success && problems.length === 0) return parsed.data;
  throw invalid(problems);
}

/** Looks at the text as it was set, so that these problems are found even beside unreadable values. */
function contradictions(set: Record<string, string | undefined>): string[] {
  const problems: string[] = [];
  const { SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = set;
  const processKind = set.XOAP_PROCESS ?? 'all';
  const isForProviders = processKind === 'worker' && Boolean(set.XOAP_WORKER_PROVIDERS);
  if (!set.SLACK_BOT_TOKEN && !isForProviders)
    problems.push('SLACK_BOT_TOKEN: is missing; the bot and its workers post with it');
  if (appToken && signingSecret) {
    problems.push(
      'SLACK_APP_TOKEN and SLACK_SIGNING_SECRET: set one of the two, for Socket Mode or for HTTP',
    );
  }
  if (processKind !== 'worker' && !appToken && !signingSecret) {
    problems.push(
      'SLACK_SIGNING_SECRET: is missing; set it to receive over HTTP, or SLACK_APP_TOKEN for Socket Mode',
    );
  }
  if (processKind !== 'all' && !set.REDIS_URL) {
    problems.push(`REDIS_URL: is missing; XOAP_PROCESS=${processKind} shares Redis with other processes`);
  }
  return [...problems, ...productionProblems(set)];
}

/** What is only for trying out, and refused in production. */
function productionProblems(set: Record<string, string | undefined>): string[] {
  if (set.NODE_ENV !== 'production') return [];
  const problems: string[] = [];
  const { SLACK_API_URL: apiUrl } = set;
  if (!set.XOAP_ENCRYPTION_KEYS) {
    problems.push(
      'XOAP_ENCRYPTION_KEYS: is missing; production never generates a key (openssl rand -base64 32)',
    );
  }
  if (apiUrl && !/^https:\/\/(\w+\.)*slack(-gov)?\.com\//.test(apiUrl)) {
    problems.push('SLACK_API_URL: production talks to Slack itself only');
  }
  if (set.XOAP_GOOGLE_ENDPOINT) problems.push('XOAP_GOOGLE_ENDPOINT: production talks to Google itself only');
  return problems;
}
