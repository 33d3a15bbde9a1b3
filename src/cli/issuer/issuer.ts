import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { examineRedis } from '../../../adapters/redis/examine.ts';
import { exchangeAudience } from '../../../adapters/teams/sign-in.ts';
import { openIssuer } from '../../app/issuer.ts';
import { type Config, loadEnvironmentFile, readConfig } from '../../config/config.ts';
import { loadEncryptionKeys } from '../../connections/encryption-keys.ts';
import { isAppError } from '../../errors.ts';
import { botSubject, documentPaths, documentsOf } from '../../issuer/issuer.ts';
import { issuerAddressOf } from '../../issuer/settings.ts';
import { BadInput } from '../bad-input.ts';

type Opened = NonNullable<ReturnType<typeof openIssuer>>;

const print = (text: string) => void process.stdout.write(`${text}\n`);

const minute = (moment: string) => `${moment.slice(0, 16).replace('T', ' ')} UTC`;

/** Does something with the keys of the bot that the settings describe. Throws `BadInput` where there are none. */
async function withIssuer(work: (issuer: Opened, config: Config) => Promise<void>): Promise<void> {
  loadEnvironmentFile();
  const config = readConfig();
  if (!issuerAddressOf(config))
    throw new BadInput(
      'There is no issuer. Set XOAP_ISSUER_URL to the address at which providers find the keys.',
    );
  const { XOAP_DATA_DIR: dataDirectory, XOAP_ENCRYPTION_KEYS: configured } = config;
  const { redis, examined } = await examineRedis({ url: config.REDIS_URL, dataDirectory });
  if (!redis) {
    const reasons = examined.map(({ text }) => text).join('; ');
    throw new BadInput(
      `The Redis of the bot cannot be used: ${reasons}. Start the bot first, or set REDIS_URL.`,
    );
  }
  try {
    const issuer = openIssuer(redis, config, await loadEncryptionKeys({ configured, dataDirectory }));
    if (issuer) await work(issuer, config);
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
  } finally {
    redis.disconnect();
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
