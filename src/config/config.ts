import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { ProviderSettings } from '../providers/registry.ts';
import { contradictions } from './contradictions.ts';
import { providerVariables, variables } from './variables.ts';

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

/** The client id of the bot in Teams, as far as it is set. */
export function readTeamsClientId(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  return presentIn(environment).TEAMS_CLIENT_ID;
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

/** Whether this is production, where nothing may start that is only for trying out. */
export function isProduction(environment: NodeJS.ProcessEnv = process.env): boolean {
  return environment.NODE_ENV === 'production';
}
