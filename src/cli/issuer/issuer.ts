import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exchangeAudience } from '../../../adapters/teams/sign-in.ts';
import { openIssuer } from '../../app/issuer.ts';
import type { Config } from '../../config/config.ts';
import { isAppError } from '../../errors.ts';
import { botSubject, documentPaths, documentsOf } from '../../issuer/issuer.ts';
import { issuerAddressOf } from '../../issuer/settings.ts';
import { BadInput } from '../bad-input.ts';
import { readSettings, withStore } from '../store/open-store.ts';

type Opened = NonNullable<ReturnType<typeof openIssuer>>;

const print = (text: string) => void process.stdout.write(`${text}\n`);

const minute = (moment: string) => `${moment.slice(0, 16).replace('T', ' ')} UTC`;

/** Does something with the keys of the bot that the settings describe. Throws `BadInput` where there are none. */
async function withIssuer(work: (issuer: Opened, config: Config) => Promise<void>): Promise<void> {
  const config = readSettings();
  if (!issuerAddressOf(config))
    throw new BadInput(
      'There is no issuer. Set XOAP_ISSUER_URL to the address at which providers find the keys.',
    );
  try {
    await withStore(async ({ redis, keys }) => {
      const issuer = openIssuer(redis, config, keys);
      if (issuer) await work(issuer, config);
    }, config);
  } catch (error) {
    if (isAppError(error, 'issuer.key-waits'))
      throw new BadInput(
        `${error.message}, so nothing is done. “xoap issuer show” says how the keys stand.`,
        { cause: error },
      );
    if (isAppError(error, 'issuer.no-key-waits'))
      throw new BadInput('No key waits to be published. “xoap issuer rotate” makes the next one.', {
        cause: error,
      });
    throw error;
  }
}

/** What a key that does not sign yet waits for. */
const waitsFor = {
  age: 'a day to pass',
  seen: 'it to be found at this address, and a day to pass; write the files there with “xoap issuer export”',
  confirmed: 'somebody’s word that it was uploaded: “xoap issuer rotate --published”',
} as const;

/** What makes the application of Teams trust this bot, where there is one. */
function teamsTrust({ TEAMS_CLIENT_ID: clientId, TEAMS_CLOUD: cloud }: Config, issuer: string): string[] {
  if (!clientId) return [];
  const parameters = JSON.stringify({
    name: 'xoap-chatops-bot',
    issuer,
    subject: botSubject,
    audiences: [exchangeAudience(cloud)],
  });
  return [
    'Teams without a client secret (TEAMS_FEDERATED=1), once its application trusts this bot:',
    `  az ad app federated-credential create --id ${clientId} --parameters '${parameters}'`,
  ];
}

/** Says which keys there are. */
export const show = () =>
  withIssuer(async ({ url, rotation, keys }, config) => {
    print(`${url}, whose next key waits for ${waitsFor[rotation]}.`);
    for (const { kid, state, at } of await keys.all())
      print(`  ${kid}  ${state}${at ? ` ${minute(at)}` : ''}`);
    for (const line of teamsTrust(config, url)) print(line);
  });

/** Writes what providers read, as it has to stand below the address. */
export const exportTo = (folder: string) =>
  withIssuer(async ({ url, keys }) => {
    for (const [path, document] of Object.entries(documentsOf(url, await keys.published()))) {
      const file = join(folder, path);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
      print(`Wrote ${file}, for ${url}${path}`);
    }
    print(
      `Both must be there without a redirect, as application/json. Google Cloud takes ${documentPaths.keys.split('/').at(-1)} as a file too.`,
    );
  });

/** Makes the next key. */
export const rotate = () =>
  withIssuer(async ({ rotation, keys }) => {
    const { kid, signsFrom } = await keys.rotate();
    const from = signsFrom ? `It signs from ${minute(signsFrom)} on.` : '';
    print(`Made the key ${kid}. ${from || `It waits for ${waitsFor[rotation]}.`}`);
  });

/** Takes somebody's word that the key that waits is published. */
export const confirm = () =>
  withIssuer(async ({ keys }) => {
    const { kid, signsFrom = '' } = await keys.confirm();
    print(`The key ${kid} signs from ${minute(signsFrom)} on.`);
  });
