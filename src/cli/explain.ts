import { type Command, Option } from 'commander';
import { readProfilesDirectory, readProviderSettings } from '../config/config.ts';
import { loadProvidersWith } from '../config/profile-files.ts';
import { providerIds } from '../providers/registry.ts';
import { BadInput } from './bad-input.ts';
import { allPrintable } from './printable.ts';

type Options = { readonly provider?: string; readonly json?: true };

async function explain({ provider: only, json }: Options): Promise<void> {
  const [{ explainLog }, { mostCharacters }, { readEnd }, { explanationText }] = await Promise.all([
    import('../explain/explain.ts'),
    import('../explain/clean-log.ts'),
    import('../explain/read-end.ts'),
    import('./formats/explanation.ts'),
  ]);
  if (process.stdin.isTTY)
    process.stderr.write(
      'Paste what the build printed, then end it with Ctrl-D (Ctrl-Z and Enter on Windows).\n',
    );
  const text = await readEnd(process.stdin, mostCharacters);
  if (text.trim() === '')
    throw new BadInput(
      'Nothing came on standard input. Give what the build printed: xoap explain < build.log',
    );
  const providers = await loadProvidersWith(readProviderSettings(), readProfilesDirectory());
  const asked = providers.all.filter(({ id }) => only === undefined || id === only);
  const explanation = allPrintable(explainLog(text, asked));
  const answer = json ? JSON.stringify(explanation, null, 2) : explanationText(explanation, providers);
  process.stdout.write(`${answer}\n`);
  process.exitCode = explanation.kind === 'unknown' ? 2 : 0;
}

/** `xoap explain`: what ended a build, from what it printed. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('say what ended a build, from what it printed on standard input')
    .usage('[options] < build.log')
    .addOption(new Option('--provider <provider>', 'look for errors of this one alone').choices(providerIds))
    .option('--json', 'write the answer as JSON')
    .addHelpText('after', '\nExit status: 0 explained, 2 it cannot be told, 64 bad input.')
    .action(explain);
}
