#!/usr/bin/env node
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { readManifestSettings, readProviderSettings } from '../config/config.ts';
import { nearestByName } from '../connections/nearest-name.ts';
import { isAppError } from '../errors.ts';
import type { Providers } from '../providers/provider.ts';
import { loadProviders } from '../providers/registry.ts';
import { BadInput } from './bad-input.ts';

const usage = (
  providers: Providers,
) => `Usage: xoap verify PROVIDER [--json] [--timeout SECONDS] < credential.json
       xoap manifest slack [--socket | --url URL] [--command /WORD] [--json]
       xoap manifest teams [--client-id GUID] [--privacy-url URL] [--terms-url URL] [--preview] [--out FILE] [--json]

verify reads the credential as one JSON object from standard input and tells what it may do.
  PROVIDER           ${providers.all.map(({ id }) => id).join(', ')}
  --json             print the verification as one JSON document (docs/verification.schema.json)
  --timeout SECONDS  end after this long; what was not told by then is inconclusive (default 45)

manifest makes what a chat platform installs: for Slack the app's manifest, for Teams a ZIP file.
  --json             print the manifest alone
  --socket           Slack: the bot opens the connection, no public address is needed
  --url URL          Slack: where the bot is reached
  --command /WORD    Slack: the slash command (default /xoap)
  --client-id GUID   Teams: the bot's client id (default TEAMS_CLIENT_ID)
  --privacy-url URL  Teams: your privacy statement (default TEAMS_PRIVACY_URL)
  --terms-url URL    Teams: your terms of use (default TEAMS_TERMS_URL)
  --preview          Teams: offer "Add connection" in the / menu too, a developer preview
  --out FILE         Teams: where the ZIP file goes (default xoap-teams.zip)

Exit status: 0 ready, 1 something is missing, 2 unproven, 3 could not sign in or reach the provider, 64 bad input, 70 a fault of xoap itself.`;

const badInput = 64;
const ownFault = 70;

const options = {
  json: { type: 'boolean', default: false },
  timeout: { type: 'string', default: '45' },
  socket: { type: 'boolean', default: false },
  url: { type: 'string' },
  command: { type: 'string', default: '/xoap' },
  'client-id': { type: 'string' },
  'privacy-url': { type: 'string' },
  'terms-url': { type: 'string' },
  preview: { type: 'boolean', default: false },
  out: { type: 'string', default: 'xoap-teams.zip' },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsConfig['options'];

type Token = { readonly name: string; readonly rawName: string; readonly value?: string | undefined };

/** What is wrong with an option as it was typed; undefined for one that is right. */
function optionProblem({ name, rawName, value }: Token): string | undefined {
  const type = Object.entries(options).find(([known]) => known === name)?.[1].type;
  if (!type) {
    const known = Object.keys(options).map((each) => ({ name: each }));
    const near = nearestByName(known, name);
    return `There is no option ${rawName}.${near ? ` Did you mean --${near.name}?` : ''}`;
  }
  // An option where a value should stand means that the value was left out.
  if (type === 'string' && (!value || value.startsWith('--'))) return `${rawName} needs a value.`;
  return type === 'boolean' && value !== undefined ? `${rawName} takes no value.` : undefined;
}

function readArguments(args: string[], help: string) {
  const { tokens } = parseArgs({ args, allowPositionals: true, options, strict: false, tokens: true });
  const problems = tokens.flatMap((token) => (token.kind === 'option' && optionProblem(token)) || []);
  if (problems.length > 0) throw new BadInput(`${problems.join('\n')}\n\n${help}`);
  return parseArgs({ args, allowPositionals: true, options });
}

async function run(args: string[]): Promise<number> {
  const providers = await loadProviders(readProviderSettings());
  const help = usage(providers);
  const { values, positionals } = readArguments(args, help);
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  const [command, subject = '', ...rest] = positionals;
  if (rest.length > 0) throw new BadInput(help);
  switch (command) {
    case 'verify': {
      const { verify } = await import('./verify.ts');
      return verify(providers, subject, values);
    }
    case 'manifest': {
      const { manifest } = await import('./manifest.ts');
      return manifest(subject, { url: undefined, ...readManifestSettings(), ...values });
    }
    default:
      throw new BadInput(help);
  }
}

function describeFault(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.split('\n', 1)[0]}` : 'unknown fault';
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  // A fault of our own must not look like a verdict, so it gets a status of its own.
  const isBadInput = error instanceof BadInput || isAppError(error, 'config.invalid');
  process.stderr.write(`${isBadInput ? error.message : `xoap failed: ${describeFault(error)}`}\n`);
  process.exitCode = isBadInput ? badInput : ownFault;
}
