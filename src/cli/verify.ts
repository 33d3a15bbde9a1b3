import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { profileOptionsProblem } from '../providers/profile-options.ts';
import type { Provider, Providers } from '../providers/provider.ts';
import { type Progress, runVerification } from '../providers/run-verification.ts';
import type { Verdict } from '../verification/verification.ts';
import { readAcceptances, uselessAcceptances } from './acceptances.ts';
import { BadInput } from './bad-input.ts';
import { verificationTable } from './verification-table.ts';

const exitStatus: Record<Verdict, number> = { ready: 0, missing: 1, unproven: 2, failed: 3 };
const Input = z.record(z.string(), z.unknown());
const Timeout = z.coerce.number().positive().max(600);

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
  const { profileOptions = [], accepted, ...values } = input;
  const optionsProblem = profileOptionsProblem(provider.catalog, profileOptions);
  const parsed = provider.parse(values, optionsProblem ? [] : (profileOptions as string[]));
  const refused = parsed.ok ? await provider.refuse?.(parsed.credential) : parsed.problems;
  const problems = Object.entries(refused ?? {});
  if (optionsProblem) problems.push(['profileOptions', optionsProblem]);
  if (!parsed.ok || problems.length > 0) {
    throw new BadInput(problems.map(([field, problem]) => `${field}: ${problem}`).join('\n'));
  }
  const acceptances = readAcceptances(accepted, provider.catalog, new Date());
  return { ...parsed, acceptances, profileOptions: profileOptions as string[] };
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

export type VerifyOptions = { readonly json: boolean; readonly timeout: string };

/** `xoap verify`: reads a credential from standard input, prints what it may do, and resolves to the exit status. */
export async function verify(
  providers: Providers,
  providerId: string,
  { json, timeout: given }: VerifyOptions,
): Promise<number> {
  const provider = providers.find(providerId);
  if (!provider) {
    throw new BadInput(
      `There is no provider "${providerId}". Choose one of: ${providers.all.map(({ id }) => id).join(', ')}.`,
    );
  }
  const timeout = Timeout.safeParse(given);
  if (!timeout.success)
    throw new BadInput('--timeout takes a number of seconds, more than 0 and at most 600.');

  const { credential, target, profileOptions, acceptances } = await readCredential(
    provider,
    readInput(await text(process.stdin)),
  );
  const verification = await runVerification({
    provider,
    credential,
    target,
    profileOptions,
    acceptances,
    deadlineMs: timeout.data * 1000,
    onProgress: progressWriter(),
  });
  for (const line of uselessAcceptances(verification, acceptances)) process.stderr.write(`${line}\n`);
  // What could be chosen is for forms; a vCenter has thousands of objects.
  const { choices: _choices, ...shown } = verification;
  process.stdout.write(
    json ? `${JSON.stringify(shown, null, 2)}\n` : verificationTable(provider, verification),
  );
  return exitStatus[verification.verdict];
}
