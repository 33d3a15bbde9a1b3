#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { verificationTable } from './cli-table.ts';
import { readProviderSettings } from './config.ts';
import { isAppError } from './errors.ts';
import { profileOptionsProblem } from './providers/profile-options.ts';
import type { Provider, Providers } from './providers/provider.ts';
import { createProviders } from './providers/registry.ts';
import { type Progress, runVerification } from './providers/run-verification.ts';
import type { Verdict } from './verification/verification.ts';

const usage = (
  providers: Providers,
) => `Usage: xoap verify PROVIDER [--json] [--timeout SECONDS] < credential.json

Reads the credential as one JSON object from standard input and tells what it may do.
  PROVIDER           ${providers.all.map(({ id }) => id).join(', ')}
  --json             print the verification as one JSON document (docs/verification.schema.json)
  --timeout SECONDS  end after this long; what was not told by then is inconclusive (default 45)

Exit status: 0 ready, 1 something is missing, 2 unproven, 3 could not sign in or reach the provider, 64 bad input, 70 a fault of xoap itself.`;

const exitStatus: Record<Verdict, number> = { ready: 0, missing: 1, unproven: 2, failed: 3 };
const badInput = 64;
const ownFault = 70;

/** Input that cannot be used; its lines go to standard error and the status is 64. */
class BadInput extends Error {}

const Input = z.record(z.string(), z.unknown());
const Timeout = z.coerce.number().positive().max(600);

function readArguments(args: string[], help: string) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        timeout: { type: 'string', default: '45' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (cause) {
    throw new BadInput(`${cause instanceof Error ? cause.message : cause}\n\n${help}`, { cause });
  }
}

/** Parses the JSON on standard input; its text is never repeated in a message, since it holds a secret. */
function readInput(json: string): Record<string, unknown> {
  if (!json.trim())
    throw new BadInput('Nothing came on standard input. Give the credential as one JSON object.');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // The parser's own message quotes the input, and with it the secret, so it is not carried as a cause.
    // biome-ignore lint/style/useErrorCause: the cause would hold the secret
    throw new BadInput('Standard input is not JSON. Give the credential as one JSON object.');
  }
  const parsed = Input.safeParse(value);
  if (!parsed.success)
    throw new BadInput('Standard input must be one JSON object with the fields of the form.');
  return parsed.data;
}

async function readCredential(provider: Provider, input: Record<string, unknown>) {
  const { profileOptions = [], ...values } = input;
  const optionsProblem = profileOptionsProblem(provider.catalog, profileOptions);
  const parsed = provider.parse(values, optionsProblem ? [] : (profileOptions as string[]));
  const refused = parsed.ok ? await provider.refuse?.(parsed.credential) : parsed.problems;
  const problems = Object.entries(refused ?? {});
  if (optionsProblem) problems.push(['profileOptions', optionsProblem]);
  if (!parsed.ok || problems.length > 0) {
    throw new BadInput(problems.map(([field, problem]) => `${field}: ${problem}`).join('\n'));
  }
  return { ...parsed, profileOptions: profileOptions as string[] };
}

/** Tells the progress on standard error, at most twice a second and always the end. */
function progressWriter(): (progress: Progress) => void {
  let last = 0;
  return ({ checked, total }) => {
    if (checked < total && Date.now() - last < 500) return;
    last = Date.now();
    process.stderr.write(`${checked} of ${total} checked\n`);
  };
}

async function run(args: string[]): Promise<number> {
  const providers = createProviders(readProviderSettings());
  const help = usage(providers);
  const { values, positionals } = readArguments(args, help);
  if (values.help) {
    process.stdout.write(`${help}\n`);
    return 0;
  }
  const [command, providerId = '', ...rest] = positionals;
  if (command !== 'verify' || rest.length > 0) throw new BadInput(help);
  const provider = providers.find(providerId);
  if (!provider) {
    throw new BadInput(
      `There is no provider "${providerId}". Choose one of: ${providers.all.map(({ id }) => id).join(', ')}.`,
    );
  }
  const timeout = Timeout.safeParse(values.timeout);
  if (!timeout.success)
    throw new BadInput('--timeout takes a number of seconds, more than 0 and at most 600.');

  const { credential, target, profileOptions } = await readCredential(
    provider,
    readInput(await text(process.stdin)),
  );
  const verification = await runVerification({
    provider,
    credential,
    target,
    profileOptions,
    deadlineMs: timeout.data * 1000,
    onProgress: progressWriter(),
  });
  // What could be chosen is for forms; a vCenter has thousands of objects.
  const { choices: _choices, ...shown } = verification;
  process.stdout.write(values.json ? `${JSON.stringify(shown, null, 2)}\n` : verificationTable(verification));
  return exitStatus[verification.verdict];
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
