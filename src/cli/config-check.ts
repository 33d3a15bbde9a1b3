import type { Command } from 'commander';
import { accessFileProblems } from '../config/access-file.ts';
import { isAppError } from '../errors.ts';
import { BadInput } from './bad-input.ts';

/** Says what is wrong with a file with roles; ends with 1 where something is. */
function check(path: string): void {
  try {
    const problems = accessFileProblems(path);
    for (const line of problems) process.stdout.write(`${line}\n`);
    if (problems.length === 0) process.stdout.write(`${path}: nothing is wrong with it\n`);
    process.exitCode = problems.length > 0 ? 1 : 0;
  } catch (error) {
    if (isAppError(error, 'config.invalid')) throw new BadInput(`${path} cannot be read.`, { cause: error });
    throw error;
  }
}

/** `xoap config`: looks at files of the operator's before a bot reads them. */
export function addConfig(program: Command): void {
  program
    .command('config')
    .description('look at files of the operator before a bot reads them')
    .command('check')
    .description('say what is wrong with a file of XOAP_ACCESS_FILE, each mistake with its line and column')
    .argument('<file>', 'the file, YAML; docs/access.schema.json describes it')
    .action(check);
}
