import type { Command } from 'commander';

/** `xoap issuer`: the keys that the bot signs its tokens with, where connections need no secret. */
export function addIssuer(program: Command): void {
  const issuer = program
    .command('issuer')
    .description('the keys of the bot’s own tokens, for connections without a secret')
    .addHelpText(
      'after',
      `
It reads the settings as npm start does, those in .env too, and needs the Redis and the encryption keys of the bot.`,
    );
  issuer
    .command('show')
    .description('say which keys there are, and since when or from when each signs')
    .action(async () => (await import('./issuer.ts')).show());
  issuer
    .command('export')
    .description(
      'write the two files that providers read, for a host of files, or for an upload at Google Cloud',
    )
    .argument('<folder>', 'where .well-known is made')
    .action(async (folder: string) => (await import('./issuer.ts')).exportTo(folder));
  issuer
    .command('rotate')
    .description('make the next key; it signs a day after it is known to be published')
    .option('--published', 'say that the key that waits is published, or uploaded, wherever providers look')
    .action(async ({ published }: { published?: true }) => {
      const { confirm, rotate } = await import('./issuer.ts');
      await (published ? confirm() : rotate());
    });
}
