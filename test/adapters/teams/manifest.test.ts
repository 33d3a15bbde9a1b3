import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { teamsManifest, teamsPackage } from '../../../adapters/teams/manifest.ts';
import packageFile from '../../../package.json' with { type: 'json' };
import { clientId } from '../../../simulations/teams/tenant.ts';
import { commands } from '../../../src/chat/commands.ts';

const require = createRequire(import.meta.url);

const given = { clientId, privacyUrl: 'https://example.com/privacy', termsUrl: 'https://example.com/terms' };

/** A schema as Microsoft publishes it at developer.microsoft.com, from its own package. */
async function validatorOf(version: string) {
  const folder = dirname(require.resolve('@microsoft/app-manifest/package.json'));
  const path = join(folder, 'build/json-schemas/teams', version, 'MicrosoftTeams.schema.json');
  const schema = JSON.parse(await readFile(path, 'utf8'));
  const validator = new Ajv.default({ allErrors: true, strict: false });
  addFormats.default(validator as never);
  return validator.compile(schema);
}

describe('the Teams manifest', () => {
  it.each([false, true])('keeps to Microsoft’s published schema (preview: %s)', async (isPreview) => {
    const manifest = teamsManifest({ ...given, isPreview });
    const validate = await validatorOf(isPreview ? 'vDevPreview' : 'v1.25');

    validate(manifest);

    expect(validate.errors).toBeNull();
    expect(validate({ ...manifest, bots: 'none' })).toBe(false);
    expect(manifest.$schema).toContain(isPreview ? 'vDevPreview' : 'v1.25');
  });

  it('offers the first twelve commands of the table, which is all that Teams takes, and the dialog as a message extension', () => {
    const { bots, composeExtensions } = teamsManifest(given);

    expect(bots[0]?.commandLists[0]?.commands.map(({ title }) => title)).toEqual(
      commands.slice(0, 12).map(({ words }) => words),
    );
    expect(composeExtensions[0]?.commands).toMatchObject([
      { id: 'connection-add', type: 'action', fetchTask: true, context: ['compose', 'commandBox'] },
      { id: 'explain-failure', type: 'action', fetchTask: true, context: ['message'] },
    ]);
    expect(JSON.stringify(composeExtensions)).not.toContain('triggers');
  });

  it('has the version of the package, and the addresses of whoever runs the bot', () => {
    expect(teamsManifest(given)).toMatchObject({
      version: packageFile.version,
      developer: {
        privacyUrl: 'https://example.com/privacy',
        termsOfUseUrl: 'https://example.com/terms',
      },
    });
  });

  it('offers the dialog in the / menu in its preview', () => {
    const { composeExtensions } = teamsManifest({ ...given, isPreview: true });

    expect(composeExtensions[0]?.commands).toMatchObject([
      { triggers: ['slash'] },
      { id: 'explain-failure' },
    ]);
    // What is used on a message is in its own menu.
    expect(composeExtensions[0]?.commands?.[1]).not.toHaveProperty('triggers');
  });
});

/** Width and height of a PNG file: https://www.w3.org/TR/png-3/#11IHDR */
function sizeOf(png: Uint8Array | undefined): [number, number] {
  const bytes = Buffer.from(png ?? []);
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

it('the package holds the manifest and icons of the sizes that Teams asks for, and is the same each time', async () => {
  const [one, other] = await Promise.all([teamsPackage(given), teamsPackage(given)]);

  const files = unzipSync(one);

  expect(Object.keys(files).sort()).toEqual(['color.png', 'manifest.json', 'outline.png']);
  expect(JSON.parse(Buffer.from(files['manifest.json'] ?? []).toString()).id).toBe(clientId);
  expect(sizeOf(files['color.png'])).toEqual([192, 192]);
  expect(sizeOf(files['outline.png'])).toEqual([32, 32]);
  expect(Buffer.compare(one, other)).toBe(0);
});
