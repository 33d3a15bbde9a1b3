import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { z } from 'zod';
import { loadEnvironmentFile, readManifestSettings } from '../config/config.ts';
import { BadInput } from './bad-input.ts';

/** Stands for the bot's address where none is given. */
const exampleUrl = 'https://bot.example.com';

const print = (text: string) => void process.stdout.write(`${text}\n`);
const asJson = (manifest: unknown) => JSON.stringify(manifest, null, 2);

type SlackOptions = {
  readonly json?: true;
  readonly socket?: true;
  readonly distributed?: true;
  readonly url?: string;
  readonly appId?: string;
  readonly command: string;
};

async function slack({ json, socket, distributed, url: given, appId, command }: SlackOptions): Promise<void> {
  const url = given ?? exampleUrl;
  if (!URL.canParse(url) || !url.startsWith('https://'))
    throw new BadInput(`--url takes an address that starts with https://, such as ${exampleUrl}.`);
  if (appId !== undefined && !/^A[A-Z0-9]{2,}$/.test(appId))
    throw new BadInput(
      '--app-id takes the App ID of the Slack app, such as A0123456789; it stands under "Basic Information".',
    );
  loadEnvironmentFile();
  const { secretsInChat } = readManifestSettings();
  const { optionalScopesFor, scopes, slackManifest } = await import('../../adapters/slack/manifest.ts');
  const manifest = slackManifest({ command, appId, distributed, secretsInChat, ...(!socket && { url }) });
  if (json) return print(asJson(manifest));
  print('The Slack app asks for these scopes:');
  for (const [scope, reason] of Object.entries(scopes)) print(`  ${scope.padEnd(18)} ${reason}`);
  print('\nThese it can do without:');
  for (const [scope, reason] of Object.entries(optionalScopesFor({ secretsInChat })))
    print(`  ${scope.padEnd(18)} ${reason}`);
  print('\nIts manifest, to be pasted at https://api.slack.com/apps, "Create New App", "From a manifest":');
  if (!socket && given === undefined)
    print(`(${exampleUrl} stands for the address of your bot; --url sets it)`);
  print(`\n${asJson(manifest)}`);
}

const httpsAddress = (error: string) => z.url({ protocol: /^https$/, error });

/** What the manifest of the Teams app cannot do without, and what is said where it is absent. */
const TeamsOptions = z.object({
  clientId: z.guid('--client-id (or TEAMS_CLIENT_ID) takes the client id of the bot, a GUID.'),
  privacyUrl: httpsAddress(
    '--privacy-url (or TEAMS_PRIVACY_URL) takes the address of your privacy statement, which starts with https://.',
  ),
  termsUrl: httpsAddress(
    '--terms-url (or TEAMS_TERMS_URL) takes the address of your terms of use, which starts with https://.',
  ),
});
type TeamsGiven = Partial<z.infer<typeof TeamsOptions>> & {
  readonly json?: true;
  readonly preview?: boolean;
  readonly out: string;
};

async function teams({ json, preview = false, out, ...given }: TeamsGiven): Promise<void> {
  loadEnvironmentFile();
  const parsed = TeamsOptions.safeParse({ ...readManifestSettings(), ...given });
  if (!parsed.success) throw new BadInput(parsed.error.issues.map(({ message }) => message).join('\n'));
  const { teamsManifest, teamsPackage } = await import('../../adapters/teams/manifest.ts');
  const options = { ...parsed.data, isPreview: preview };
  if (json) return print(asJson(teamsManifest(options)));
  await writeFile(out, await teamsPackage(options));
  print(`Wrote ${out}. Upload it in Teams: Apps, Manage your apps, Upload an app.`);
}

/** `xoap manifest`: prints or packs what a chat platform installs. */
export function addManifest(program: Command): void {
  const manifest = program
    .command('manifest')
    .description(
      'make what a chat platform installs: the manifest of the Slack app, the ZIP file of the Teams app',
    );
  manifest
    .command('slack')
    .description('print the manifest of the Slack app, with a reason for each scope')
    .option('--socket', 'the bot opens the connection; no public address is needed')
    .addOption(new Option('--url <url>', 'where the bot is reached').conflicts('socket'))
    .addOption(
      new Option(
        '--distributed',
        'for any number of workspaces and organisations, with SLACK_CLIENT_ID in place of a bot token',
      ).conflicts('socket'),
    )
    .option('--app-id <id>', 'of the app, once it is created: Slack then tells the bot of its own messages')
    .option('--command <word>', 'the slash command', '/xoap')
    .option('--json', 'print the manifest alone')
    .action(slack);
  manifest
    .command('teams')
    .description('write the ZIP file of the Teams app')
    .option('--client-id <guid>', "the bot's client id (default: TEAMS_CLIENT_ID, in .env too)")
    .option('--privacy-url <url>', 'your privacy statement (default: TEAMS_PRIVACY_URL)')
    .option('--terms-url <url>', 'your terms of use (default: TEAMS_TERMS_URL)')
    .option('--preview', 'offer "Add connection" in the / menu too, a developer preview')
    .addOption(new Option('--out <file>', 'where the ZIP file goes').default('xoap-teams.zip'))
    .addOption(new Option('--json', 'print the manifest alone in place of writing the file').conflicts('out'))
    .action(teams);
}
