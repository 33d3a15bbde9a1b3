import { existsSync } from 'node:fs';
import { z } from 'zod';
import { redisSettings } from '../../adapters/redis/settings.ts';
import { slackSettings } from '../../adapters/slack/settings.ts';
import { teamsSettings } from '../../adapters/teams/settings.ts';
import { jobSettings } from '../../jobs/settings.ts';
import { accessSettings } from '../access/settings.ts';
import { processSettings } from '../app/settings.ts';
import { connectionSettings } from '../connections/settings.ts';
import { AppError } from '../errors.ts';
import { heldSettings } from '../held/settings.ts';
import { issuerSettings } from '../issuer/settings.ts';
import { type ProviderSettings, providerSettings } from '../providers/registry.ts';
import { profileSettings } from '../providers/settings.ts';
import { reportSettings } from '../reports/settings.ts';
import type { Contradictions, Settings } from '../setting.ts';
import { workspaceSettings } from '../workspaces/settings.ts';
import { contradictions } from './contradictions.ts';
import { unknownAmong } from './unknown-settings.ts';

const ownSettings = {
  ...slackSettings,
  ...teamsSettings,
  ...processSettings,
  ...redisSettings,
  ...connectionSettings,
  ...workspaceSettings,
  ...issuerSettings,
  ...heldSettings,
  ...accessSettings,
  ...profileSettings,
  ...reportSettings,
  ...jobSettings,
};

/** Every setting that the bot reads, by its variable. */
export const allSettings: Settings = { ...ownSettings, ...providerSettings };

/** A blank one is a variable of a deployment that was not filled in: it must not take production's rules away. */
const blankMode: Contradictions = ({ NODE_ENV: mode }) =>
  mode !== undefined && mode.trim() === ''
    ? ['NODE_ENV: is set and empty; set it to production, development or test, or unset it']
    : [];

const unknown = unknownAmong(Object.keys(allSettings));

const Environment = z.object(ownSettings);
const ProviderEnvironment = z.object(providerSettings);

export type Config = z.infer<typeof Environment> & {
  /** What providers declared, by variable; each knows its own. */
  readonly providers: ProviderSettings;
};

/** The environment as tools of a person's own read it: not for settings, which have names of their own. */
export const readEnvironment = (
  environment: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string | undefined>> => presentIn(environment);

/** Takes over what stands in `.env`, as `npm start` does, where a variable is not set; false where there is no such file. */
export function loadEnvironmentFile(): boolean {
  if (!existsSync('.env')) return false;
  process.loadEnvFile('.env');
  return true;
}

/** Reads the settings of providers alone. Throws `config.invalid` as `readConfig` does. */
export function readProviderSettings(environment: NodeJS.ProcessEnv = process.env): ProviderSettings {
  const parsed = ProviderEnvironment.safeParse(presentIn(environment), inOurWords);
  if (!parsed.success) throw invalid(problemsOf(parsed.error));
  return parsed.data;
}

/** The folder with the operator's own profiles, if there is one. */
export const readProfilesDirectory = (environment: NodeJS.ProcessEnv = process.env): string | undefined =>
  presentIn(environment).XOAP_PROFILES_DIR;

/** What the manifests of the apps take from settings, as they were set. */
export function readManifestSettings(environment: NodeJS.ProcessEnv = process.env) {
  const set = presentIn(environment);
  return {
    clientId: set.TEAMS_CLIENT_ID,
    privacyUrl: set.TEAMS_PRIVACY_URL,
    termsUrl: set.TEAMS_TERMS_URL,
    secretsInChat: set.XOAP_SECRET_INTAKE !== 'link',
  };
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

/** The settings where all of them can be read, and every problem otherwise, a line each. */
export function examineConfig(
  environment: NodeJS.ProcessEnv = process.env,
): { config: Config; problems: [] } | { config: undefined; problems: string[] } {
  const set = presentIn(environment);
  const own = Environment.safeParse(set, inOurWords);
  const ofProviders = ProviderEnvironment.safeParse(set, inOurWords);
  const problems = [
    ...unknown(set),
    ...blankMode(environment),
    ...problemsOf(own.error),
    ...problemsOf(ofProviders.error),
    ...contradictions(set),
  ];
  if (own.success && ofProviders.success && problems.length === 0)
    return { config: { ...own.data, providers: ofProviders.data }, problems: [] };
  return { config: undefined, problems };
}

/**
 * Reads the settings from the environment; an empty variable counts as absent.
 * Throws `config.invalid` with every problem in one message, a line each.
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const { config, problems } = examineConfig(environment);
  if (config) return config;
  throw invalid(problems);
}

/** Whether this is production, where nothing may start that is only for trying out. */
export function isProduction(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment.NODE_ENV === 'production';
}
