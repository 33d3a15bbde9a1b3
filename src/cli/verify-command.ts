import { type Command, InvalidArgumentError, Option } from 'commander';
import { nearestByName } from '../connections/nearest-name.ts';
import { optionsOf } from '../providers/profiles.ts';
import type { Provider } from '../providers/provider.ts';
import { loadProviders } from '../providers/registry.ts';
import { BadInput } from './bad-input.ts';
import { fieldHelp } from './field-help.ts';
import { formatNames } from './formats/names.ts';
import { shownBack } from './printable.ts';
import { statusHelp } from './status.ts';
import type { VerifyOptions } from './verify.ts';

/** Seconds. */
const usualTimeout = 45;
const longestTimeout = 600;

function readTimeout(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && seconds <= longestTimeout) return Math.max(1, Math.round(seconds * 1_000)) / 1_000;
  throw new InvalidArgumentError(`Give a number of seconds, more than 0 and at most ${longestTimeout}.`);
}

const collect = (value: string, before: readonly string[] = []) => [...before, value];

/** Adds the command of one provider, with the fields of its credential in its help. */
function addProvider(verify: Command, provider: Provider): void {
  const options = optionsOf(provider.profiles).map(({ id }) => id);
  const command = verify
    .command(provider.id)
    .aliases([...(provider.aliases ?? [])])
    .description(`verify a credential of ${provider.label}`)
    .usage('[options] < credential.json')
    .option('-f, --file <file>', 'read the credential from this file in place of standard input');
  if (provider.onMachine?.hasProfiles)
    command.addOption(
      new Option('-p, --profile <name>', `read the profile of this name of ${provider.label}`).conflicts(
        'file',
      ),
    );
  command.option('--set <field=value>', 'set a field that is no secret; may be given again', collect);
  if (options.length > 0)
    command.addOption(
      new Option('-o, --option <option>', `what builds use besides: ${options.join(', ')}`)
        .choices(options)
        .argParser(collect),
    );
  command.addOption(
    new Option(
      // The name is taken where the provider's own tools have profiles.
      provider.onMachine?.hasProfiles ? '--for <profile>' : '--profile, --for <profile>',
      `what it is for, as may be given again: ${provider.profiles.map(({ id }) => id).join(', ')}`,
    ).argParser(collect),
  );
  command
    .addOption(
      new Option('--format <format>', 'how the answer is written').choices(formatNames).default('table'),
    )
    .addOption(new Option('--json', 'the same as --format json').conflicts('format'))
    .option(
      '-q, --quiet',
      'say nothing on standard error but what is wrong, and where a credential was found',
    )
    .addOption(
      new Option('-t, --timeout <seconds>', 'end after this long; what was not told by then is inconclusive')
        .default(usualTimeout)
        .argParser(readTimeout),
    )
    .addHelpText('after', () => `\n${fieldHelp(provider)}\n\n${statusHelp}`)
    .action(async (options: VerifyOptions) => {
      const { verify } = await import('./verify.ts');
      process.exitCode = await verify(provider.id, options);
    });
}

/** `xoap verify`, with a command for each provider. */
export async function addVerify(program: Command): Promise<void> {
  const verify = program
    .command('verify')
    .description('tell what a credential can do, and what it lacks')
    .argument('[provider]')
    .usage('PROVIDER [options] < credential.json')
    .addHelpText('after', `\n${statusHelp}`);
  // Settings are read once something is verified: help must not depend on them.
  const { all } = await loadProviders();
  for (const provider of all) addProvider(verify, provider);
  verify.action((id: string | undefined) => {
    const known = all.map((each) => ({ name: each.id }));
    const near = id && shownBack(id) ? nearestByName(known, id) : undefined;
    const choice = near
      ? `Did you mean ${near.name}?`
      : `Choose one of: ${known.map(({ name }) => name).join(', ')}.`;
    const shown = id && shownBack(id);
    const what = shown ? `There is no provider "${shown}".` : id ? 'That is no provider.' : 'Which provider?';
    throw new BadInput(`${what} ${choice}`);
  });
}
