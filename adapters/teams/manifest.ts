import { readFile } from 'node:fs/promises';
import { zipSync } from 'fflate';
import packageFile from '../../package.json' with { type: 'json' };
import { commands } from '../../src/chat/commands.ts';
import manifest from './manifest.json' with { type: 'json' };

export type TeamsManifestOptions = {
  /** Client id of the bot; the app in Teams gets the same. */
  readonly clientId: string;
  /** Address of the privacy statement of whoever runs the bot. */
  readonly privacyUrl: string;
  /** Address of their terms of use. */
  readonly termsUrl: string;
  /** Offers "Add connection" in the `/` menu too, which is a developer preview. */
  readonly isPreview?: boolean;
};

const previewSchema =
  'https://developer.microsoft.com/en-us/json-schemas/teams/vDevPreview/MicrosoftTeams.schema.json';

/** Commands that Teams takes in a list; `help` names all. https://learn.microsoft.com/en-us/microsoft-365/extensibility/schema */
const mostListed = 12;

/** The commands as Teams offers them after a mention of the bot. */
const commandList = {
  scopes: ['team', 'groupChat', 'personal'],
  commands: commands.slice(0, mostListed).map(({ words, argument, summary }) => ({
    title: words,
    description: argument ? `${argument}. ${summary}` : summary,
  })),
};

/**
 * The Teams app's manifest: https://learn.microsoft.com/microsoft-365/extensibility/schema/
 * Its version is the package's, so that an upload after an update takes the place of the one before.
 */
export function teamsManifest({ clientId, privacyUrl, termsUrl, isPreview = false }: TeamsManifestOptions) {
  const [bot] = manifest.bots;
  const [extension] = manifest.composeExtensions;
  const actions = extension?.commands.map((action) => ({
    ...action,
    // What is used on a message is in its own menu.
    ...(isPreview && !action.context.includes('message') && { triggers: ['slash'] }),
  }));
  return {
    ...manifest,
    ...(isPreview && { $schema: previewSchema, manifestVersion: 'devPreview' }),
    version: packageFile.version,
    id: clientId,
    developer: { ...manifest.developer, privacyUrl, termsOfUseUrl: termsUrl },
    bots: [{ ...bot, botId: clientId, commandLists: [commandList] }],
    composeExtensions: [{ ...extension, botId: clientId, commands: actions }],
  };
}

/** The installable package: manifest and icons in a ZIP file, the same bytes for the same options. */
export async function teamsPackage(options: TeamsManifestOptions): Promise<Uint8Array> {
  const icon = (name: string) => readFile(new URL(`./icons/${name}`, import.meta.url));
  const [color, outline] = await Promise.all([icon('color.png'), icon('outline.png')]);
  const text = JSON.stringify(teamsManifest(options), null, 2);
  return zipSync(
    { 'manifest.json': Buffer.from(text), 'color.png': color, 'outline.png': outline },
    // ZIP knows no time before 1980.
    { mtime: '1980-01-01T00:00:00' },
  );
}
