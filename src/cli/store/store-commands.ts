import type { Command } from 'commander';

/** `xoap backup`, `xoap restore`, `xoap rotate-keys` and `xoap migrate`: what the bot keeps as a whole. */
export function addStore(program: Command): void {
  const settings = `
It reads the settings as npm start does, those in .env too, and needs the Redis and the encryption keys of the bot.`;
  program
    .command('backup')
    .description('write all that the bot keeps to standard output, sealed: xoap backup > FILE')
    .addHelpText(
      'after',
      `${settings}
A bot may run meanwhile. Whoever has the file needs the encryption keys too, so keep those in another place.`,
    )
    .action(async () => (await import('./backup.ts')).backup());
  program
    .command('restore')
    .description('put a backup back that comes on standard input: xoap restore < FILE')
    .option('--into-existing', 'replace the workspaces of the backup that are there already, each as a whole')
    .addHelpText(
      'after',
      `${settings}
The whole file is read first; nothing is written unless all of it is as it was made. Stop the bot and its workers before.`,
    )
    .action(async ({ intoExisting = false }: { intoExisting?: boolean }) =>
      (await import('./restore.ts')).restore({ isIntoExisting: intoExisting }),
    );
  program
    .command('rotate-keys')
    .description('seal everything anew with the first of XOAP_ENCRYPTION_KEYS')
    .addHelpText(
      'after',
      `${settings}
A bot may run meanwhile, with the same keys. What was interrupted goes on when it is started again.`,
    )
    .action(async () => (await import('./rotate-keys.ts')).rotateKeys());
  program
    .command('migrate')
    .description('store all records in the form of this version')
    .option('--dry-run', 'say what would change, and write nothing')
    .addHelpText(
      'after',
      `${settings}
A worker does the same at its start, and bots of the version before may run meanwhile. The status is 1 where this version cannot
read something: it was damaged, or stored by a newer version.`,
    )
    .action(async ({ dryRun = false }: { dryRun?: boolean }) =>
      (await import('./migrate.ts')).migrate({ isDry: dryRun }),
    );
}
