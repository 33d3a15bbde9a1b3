import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { BadInput } from './bad-input.ts';

export type ManifestOptions = {
  readonly json: boolean;
  readonly socket: boolean;
  readonly url: string | undefined;
  readonly command: string;
  readonly 'client-id': string | undefined;
  readonly 'privacy-url': string | undefined;
  readonly 'terms-url': string | undefined;
  readonly preview: boolean;
  readonly out: string;
};

/** Stands for the bot's address where none is given. */
const exampleUrl = 'https://bot.example.com';

const print = (text: string) => void process.stdout.write(`${text}\n`);
const asJson = (manifest: unknown) => JSON.stringify(manifest, null, 2);

async function slack({ json, socket, url = exampleUrl, command }: ManifestOptions): Promise<void> {
  if (!URL.canParse(url) || !url.startsWith('https://'))
    throw new BadInput(`--url takes an address that starts with https://, such as ${exampleUrl}.`);
  const { optionalScopes, scopes, slackManifest } = await import('../../adapters/slack/manifest.ts');
  const manifest = slackManifest({ command, ...(!socket && { url }) });
  if (json) return print(asJson(manifest));
  print('The Slack app asks for these scopes:');
  for (const [scope, reason] of Object.entries(scopes)) print(`  ${scope.padEnd(18)} ${reason}`);
  print('\nThese it can do without:');
  for (const [scope, reason] of Object.entries(optionalScopes)) print(`  ${scope.padEnd(18)} ${reason}`);
  print('\nIts manifest, to be pasted at https://api.slack.com/apps, "Create New App", "From a manifest":');
  if (!socket && url === exampleUrl)
    print(`(${exampleUrl} stands for the address of your bot; --url sets it)`);
  print(`\n${asJson(manifest)}`);
}

const httpsAddress = (error: string) => z.url({ protocol: /^https$/, error });

/** What the manifest of the Teams app cannot do without, and what is said where it is absent. */
const TeamsOptions = z.object({
  'client-id': z.guid('--client-id (or TEAMS_CLIENT_ID) takes the client id of the bot, a GUID.'),
  'privacy-url': httpsAddress(
    '--privacy-url (or TEAMS_PRIVACY_URL) takes the address of your privacy statement, which starts with https://.',
  ),
  'terms-url': httpsAddress(
    '--terms-url (or TEAMS_TERMS_URL) takes the address of your terms of use, which starts with https://.',
  ),
});

async function teams(given: ManifestOptions): Promise<void> {
  const { json, preview: isPreview, out } = given;
  const parsed = TeamsOptions.safeParse(given);
  if (!parsed.success) throw new BadInput(parsed.error.issues.map(({ message }) => message).join('\n'));
  const { 'client-id': clientId, 'privacy-url': privacyUrl, 'terms-url': termsUrl } = parsed.data;
  const { teamsManifest, teamsPackage } = await import('../../adapters/teams/manifest.ts');
  const options = { clientId, privacyUrl, termsUrl, isPreview };
  if (json) return print(asJson(teamsManifest(options)));
  await writeFile(out, await teamsPackage(options));
  print(`Wrote ${out}. Upload it in Teams: Apps, Manage your apps, Upload an app.`);
}

/** `xoap manifest`: prints or packs what a chat platform installs. */
export async function manifest(platform: string, options: ManifestOptions): Promise<number> {
  if (platform === 'slack') await slack(options);
  else if (platform === 'teams') await teams(options);
  else throw new BadInput(`There is no manifest for "${platform}". Choose one of: slack, teams.`);
  return 0;
}
