import { z } from 'zod';
import { redisSettings } from '../../adapters/redis/settings.ts';
import { slackSettings } from '../../adapters/slack/settings.ts';
import { teamsSettings } from '../../adapters/teams/settings.ts';
import { jobSettings } from '../../jobs/settings.ts';
import { accessSettings } from '../access/settings.ts';
import { processSettings } from '../app/settings.ts';
import { connectionSettings } from '../connections/settings.ts';
import { AppError } from '../errors.ts';
import { type ProviderSettings, providerSettings } from '../providers/registry.ts';
import { reportSettings } from '../reports/settings.ts';
import type { Settings } from '../setting.ts';
import { contradictions } from './contradictions.ts';
import { unknownAmong } from './unknown-settings.ts';

const ownSettings = {
  ...slackSettings,
  ...teamsSettings,
  ...processSettings,
  ...redisSettings,
  ...connectionSettings,
  ...accessSettings,
  ...reportSettings,
  ...jobSettings,
};

/** Every setting that the bot reads, by its variable. */
export const allSettings: Settings = { ...ownSettings, ...providerSettings };

const unknown = unknownAmong(Object.keys(allSettings));

const Environment = z.object(ownSettings);
const ProviderEnvironment = z.object(providerSettings);

export type Config = z.infer<typeof Environment> & {
  /** What providers declared, by variable; each knows its own. */
  readonly providers: ProviderSettings;
};

/** Reads the settings of providers alone. Throws `config.invalid` as `readConfig` does. */
export function readProviderSettings(environment: NodeJS.ProcessEnv = process.env): ProviderSettings {
  const parsed = ProviderEnvironment.safeParse(presentIn(environment), inOurWords);
  if (!parsed.success) throw invalid(problemsOf(parsed.error));
  return parsed.data;
}

/** What the manifest of the Teams app takes from settings, as they were set. */
export function readManifestSettings(environment: NodeJS.ProcessEnv = process.env) {
  const { TEAMS_CLIENT_ID, TEAMS_PRIVACY_URL, TEAMS_TERMS_URL } = presentIn(environment);
  return { 'client-id': TEAMS_CLIENT_ID, 'privacy-url': TEAMS_PRIVACY_URL, 'terms-url': TEAMS_TERMS_URL };
}

/** Where a process of these settings tells of its health: at the port of chat, or at one of its own. */
export function readHealthAddresses(environment: NodeJS.ProcessEnv = process.env): string[] {
  const ports = z.object({
    XOAP_PORT: processSettings.XOAP_PORT,
    XOAP_HEALTH_PORT: processSettings.XOAP_HEALTH_PORT,
  });
  return Object.values(ports.parse(presentIn(environment))).map((port) => `http://127.0.0.1:${port}/readyz`);
}

/** The variables that are set; an empty one counts as absent. */
function presentIn(environment: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
}

/** What is said where a setting has no words of its own: never those of the library. */
const inOurWords = {
  error(issue: z.core.$ZodRawIssue): string | undefined {
    if (issue.code === 'invalid_value') return `must be one of: ${issue.values.join(', ')}`;
    if (issue.code === 'invalid_type') return 'must be a whole number';
    if (issue.code === 'too_small') return `must be at least ${issue.minimum}`;
    return issue.code === 'too_big' ? `must be at most ${issue.maximum}` : undefined;
  },
};

function problemsOf(error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map((issue) => `${issue.path[0]?.toString()}: ${issue.message}`);
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
  const own = Environment.safeParse(set, inOurWords);
  const ofProviders = ProviderEnvironment.safeParse(set, inOurWords);
  const problems = [
    ...unknown(set),
    ...problemsOf(own.error),
    ...problemsOf(ofProviders.error),
    ...contradictions(set),
  ];
  if (own.success && ofProviders.success && problems.length === 0)
    return { ...own.data, providers: ofProviders.data };
  throw invalid(problems);
}

/** Whether this is production, where nothing may start that is only for trying out. */
export function isProduction(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment.NODE_ENV === 'production';
}
