import { Command } from 'commander';
import packageFile from '../../package.json' with { type: 'json' };
import { addConfig } from './config-check.ts';
import { addDoctor } from './doctor/doctor.ts';
import { addExplain } from './explain.ts';
import { addIssuer } from './issuer/issuer-command.ts';
import { addManifest } from './manifest.ts';
import { addPermissions } from './permissions.ts';
import { addProfile } from './profile-commands.ts';
import { addStore } from './store/store-commands.ts';
import { addVerify } from './verify-command.ts';

const links = `
"xoap COMMAND --help" tells more about one; docs/cli.md has examples.`;

/** A refusal of the parser, which repeats what was typed: a credential may have been. */
const withoutCredential = (text: string) =>
  /[{}]|-----BEGIN/.test(text)
    ? 'error: a credential is no argument; give it on standard input, or in a file with --file\n'
    : text;

/** Creates the command line: every command with its options and its help, and completion for shells. */
export async function createProgram(): Promise<Command> {
  const program = new Command('xoap')
    .description('Proves what a cloud credential can do before it is needed.')
    .version(packageFile.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .showHelpAfterError('(xoap help, or --help behind a command, tells what there is)')
    .addHelpText('after', links)
    // Set before the commands, which take both over.
    .configureOutput({ outputError: (text, write) => write(withoutCredential(text)) })
    .exitOverride();
  await addVerify(program);
  addManifest(program);
  addIssuer(program);
  addStore(program);
  addConfig(program);
  addPermissions(program);
  addProfile(program);
  addExplain(program);
  addDoctor(program);
  await addCompletion(program);
  return program;
}

/** Adds `xoap complete SHELL`, and what the script that it prints asks in turn. */
async function addCompletion(program: Command): Promise<void> {
  const { default: complete } = await import('@bomb.sh/tab/commander');
  complete(program);
  const command = program.commands.find((each) => each.name() === 'complete');
  command?.description('print a completion script for a shell');
}
