import { readProfilesDirectory, readProviderSettings } from '../config/config.ts';
import { loadProvidersWith } from '../config/profile-files.ts';
import { keylessWay } from '../providers/credential-form.ts';
import { profileOptionsProblem, profilesProblem } from '../providers/profile-options.ts';
import { profilesOf, usualProfiles } from '../providers/profiles.ts';
import type { Provider } from '../providers/provider.ts';
import { type Progress, runVerification } from '../providers/run-verification.ts';
import { readAcceptances, uselessAcceptances } from './acceptances.ts';
import { BadInput } from './bad-input.ts';
import { type InputOptions, readInput } from './credential-input.ts';
import { type Format, write } from './formats/names.ts';
import { verdictStatus } from './status.ts';
import { tokenFileField, workloadOf } from './token-file.ts';

export type VerifyOptions = InputOptions & {
  readonly format: Format;
  readonly json?: true;
  readonly quiet?: true;
  readonly timeout: number;
};

async function readCredential(provider: Provider, input: Record<string, unknown>) {
  const {
    profiles = usualProfiles,
    profileOptions = [],
    accepted,
    [tokenFileField]: tokenFile,
    ...values
  } = input;
  const purposeProblem = profilesProblem(provider, profiles);
  const { found } = profilesOf(provider, purposeProblem ? usualProfiles : (profiles as string[]));
  const optionsProblem = profileOptionsProblem(found, profileOptions);
  const parsed = provider.parse(values, optionsProblem ? [] : (profileOptions as string[]));
  const refused = parsed.ok ? await provider.refuse?.(parsed.credential) : parsed.problems;
  const problems = Object.entries(refused ?? {});
  if (optionsProblem) problems.push(['profileOptions', optionsProblem]);
  if (purposeProblem) problems.push(['profiles', purposeProblem]);
  if (!parsed.ok || problems.length > 0) {
    const lines = problems.map(([field, problem]) => `${field}: ${problem}`);
    const help = `Fields are given in the JSON object, or with --set where they are no secret; "xoap verify ${provider.id} --help" lists them.`;
    throw new BadInput([...lines, help].join('\n'));
  }
  const requirements = found.flatMap((profile) => profile.requirements);
  const acceptances = readAcceptances(accepted, requirements, new Date());
  const way = keylessWay(provider.fields, parsed.credential)?.keyless;
  if (way !== 'issuer' && tokenFile !== undefined)
    throw new BadInput(
      `${tokenFileField}: A token is used only without a secret. Leave it out, or change the authentication.`,
    );
  // What a trust names is entered here, since there is no connection that it could be made of.
  const asMachine = { subject: parsed.credential.externalId ?? '', isAlone: true };
  const workload = way === 'issuer' ? await workloadOf(tokenFile) : asMachine;
  const purpose = { profiles: profiles as string[], profileOptions: profileOptions as string[] };
  return { ...parsed, ...purpose, acceptances, workload };
}

/** Tells the progress, at most twice a second on a terminal, and the end everywhere: a log needs no more. */
function tellProgress(say: (sentence: string) => void): (progress: Progress) => void {
  let last = { at: 0, words: '' };
  return ({ checked, total }) => {
    const words = `${checked} of ${total} checked`;
    const isPassing = checked < total && (!process.stderr.isTTY || Date.now() - last.at < 500);
    if (words === last.words || isPassing) return;
    last = { at: Date.now(), words };
    say(words);
  };
}

/** `xoap verify PROVIDER`: reads a credential, prints what it can do, and resolves to the exit status. */
export async function verify(providerId: string, options: VerifyOptions): Promise<number> {
  const providers = await loadProvidersWith(readProviderSettings(), readProfilesDirectory());
  const provider = providers.find(providerId);
  if (!provider) throw new Error(`No provider ${providerId}`);
  const say = (sentence: string) => void (options.quiet ?? process.stderr.write(`${sentence}\n`));
  const input = await readInput(provider, options, { say, waitMs: options.timeout * 1_000 });
  const { credential, target, profiles, profileOptions, acceptances, workload } = await readCredential(
    provider,
    input,
  );
  const verification = await runVerification({
    provider,
    credential,
    target,
    profiles,
    profileOptions,
    acceptances,
    workload,
    deadlineMs: options.timeout * 1000,
    onProgress: tellProgress(say),
  });
  for (const line of uselessAcceptances(verification, acceptances)) say(line);
  const format = options.json ? 'json' : options.format;
  process.stdout.write(await write(format, { provider, verification, file: options.file }));
  return verdictStatus[verification.verdict];
}
