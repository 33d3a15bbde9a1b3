import type { Command } from 'commander';
import type { Examined } from '../../examined.ts';
import { allPrintable } from '../printable.ts';
import { wrap } from '../wrap.ts';

const marks: Readonly<Record<Examined['state'], string>> = {
  ok: '✅ ok',
  warning: '⚠️ look',
  failed: '❌ wrong',
  skipped: '— skipped',
};

/** Columns before the words. */
const indent = ' '.repeat(12);

function draw({ part, state, text, todo }: Examined): string {
  const lines = [`${part}: ${text}`, ...(todo ? [todo] : [])].map((line) => wrap(line, indent));
  return `${marks[state].padEnd(indent.length)}${lines.join('\n').trimStart()}`;
}

function summary(all: readonly Examined[]): string {
  const count = (state: Examined['state']) => all.filter((each) => each.state === state).length;
  const [wrong, warnings] = [count('failed'), count('warning')];
  if (wrong + warnings === 0) return 'All is well.';
  return [wrong > 0 && `${wrong} wrong`, warnings > 0 && `${warnings} to look at`].filter(Boolean).join(', ');
}

/** `xoap doctor`: what is wrong with an installation, and what to do; status 1 where anything is wrong. */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('look at an installation of the bot: what is wrong with it, and what to do')
    .option('--json', 'print a list of { part, state, text, todo }')
    .addHelpText(
      'after',
      `
It reads the settings as npm start does, those in .env too, and looks at Redis, the chat tokens and what they may do, the clock, the public
address, the providers and the workers. Nothing is changed, nobody is written to.

Exit status: 0 where nothing is wrong, 1 otherwise.`,
    )
    .action(async ({ json }: { json?: true }) => {
      const { examineAll } = await import('./examine.ts');
      const all = allPrintable(await examineAll());
      const text = json ? JSON.stringify(all, null, 2) : [...all.map(draw), '', summary(all)].join('\n');
      process.stdout.write(`${text}\n`);
      process.exitCode = all.some(({ state }) => state === 'failed') ? 1 : 0;
    });
}
