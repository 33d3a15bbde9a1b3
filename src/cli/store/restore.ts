import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { isBotConnected } from '../../../adapters/redis/client.ts';
import { createWholeStore } from '../../../adapters/redis/whole-store.ts';
import { type Header, readBackup, readHeader } from '../../backup/backup-file.ts';
import type { Contents, StoredPart, WholeStore } from '../../backup/stored-part.ts';
import { createCipher, keyId } from '../../connections/cipher.ts';
import { isAppError } from '../../errors.ts';
import { BadInput } from '../bad-input.ts';
import { contentWords } from './backup.ts';
import { type OpenedStore, say, withStore } from './open-store.ts';

/** Parts between two words about the progress. */
const toldEvery = 1_000;

/** The lines of a file, as they are asked for: `node:readline` reads a thousand ahead. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}

/** Keeps the lines of standard input in a file, since they are read twice; they are sealed there too. */
async function spool(path: string): Promise<void> {
  const file = createWriteStream(path, { mode: 0o600 });
  process.stdin.pipe(file);
  await finished(file);
}

/** Reads the file to its end, so that nothing is written of one that is not whole. */
async function look(path: string, { keys, store }: { keys: readonly Uint8Array[]; store: WholeStore }) {
  const header = readHeader(await firstOf(linesOf(path)));
  let parts = 0;
  for await (const part of readBackup(linesOf(path), createCipher(keys))) {
    const owner = store.ownerOf(part);
    if (owner !== 'bot' && !header.workspaces.some(({ id }) => id === owner))
      throw new BadInput('The backup holds something that is none of the bot’s. Nothing was written.');
    parts += 1;
    if (parts % toldEvery === 0) say(`${parts.toLocaleString('en')} parts looked at`);
  }
  const missing = header.keyIds.filter((id) => !keys.map(keyId).includes(id));
  if (missing.length > 0)
    say(
      `Some credentials in it will not open until these keys are in XOAP_ENCRYPTION_KEYS: ${missing.join(', ')}`,
    );
  return header;
}

async function firstOf(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of lines) return line;
  return undefined;
}

/** Whoever works on the store meanwhile would see half of it, and write into the rest. */
async function refuseWhileAlive({ redis, isOwn }: Pick<OpenedStore, 'redis' | 'isOwn'>): Promise<void> {
  const isAlive = isOwn ? false : await isBotConnected(redis);
  if (isAlive)
    throw new BadInput('A bot or a worker runs on this Redis. Stop it, then restore. Nothing was written.');
  if (isAlive === undefined) say('This Redis does not tell whether a bot runs. See to it that none does.');
}

const isIn = ({ workspaces }: Header, id: string) => workspaces.some((each) => each.id === id);

/** What is there already, with what the backup has in its place. */
function replacedWords(
  there: Contents,
  { header, keepsTokenKeys }: { header: Header; keepsTokenKeys: boolean },
): string {
  const words = (workspaces: Contents['workspaces']) =>
    contentWords({ workspaces }).replace(/^1 workspace, /, '');
  const lines = there.workspaces.map((is) => {
    const has = header.workspaces.filter(({ id }) => id === is.id);
    const becomes = has.length > 0 ? `replaced by ${words(has)}` : 'which stay as they are';
    return `  ${is.id}: ${words([is])}, ${becomes}`;
  });
  if (!there.hasTokenKeys || !header.hasTokenKeys) return lines.join('\n');
  const ofTokens = keepsTokenKeys ? 'stay as they are' : 'replaced by those of the backup';
  return [...lines, `  The keys of the bot’s tokens: ${ofTokens}`].join('\n');
}

type Writing = {
  readonly keys: readonly Uint8Array[];
  readonly store: WholeStore;
  readonly keepsTokenKeys: boolean;
};

async function write(path: string, { keys, store, keepsTokenKeys }: Writing): Promise<void> {
  let parts = 0;
  const all: AsyncIterable<StoredPart> = readBackup(linesOf(path), createCipher(keys));
  for await (const part of all) {
    if (!(keepsTokenKeys && store.ownerOf(part) === 'bot')) await store.add(part);
    parts += 1;
    if (parts % toldEvery === 0) say(`${parts.toLocaleString('en')} parts written`);
  }
}

/** `xoap restore`: looks at the whole file, then at the store, and only then writes. */
export async function restore({ isIntoExisting }: { isIntoExisting: boolean }): Promise<void> {
  if (process.stdin.isTTY) throw new BadInput('Give the backup on standard input: xoap restore < FILE');
  const folder = await mkdtemp(join(tmpdir(), 'xoap-restore-'));
  const path = join(folder, 'backup');
  try {
    await spool(path);
    await withStore(async ({ redis, keys, isOwn }) => {
      const store = createWholeStore(redis);
      const header = await look(path, { keys, store });
      await refuseWhileAlive({ redis, isOwn });
      const there = await store.contents();
      // Connections of others without a secret stand on the keys that are there.
      const keepsTokenKeys = there.hasTokenKeys && there.workspaces.some(({ id }) => !isIn(header, id));
      if (there.workspaces.length > 0 || there.hasTokenKeys) {
        const words = replacedWords(there, { header, keepsTokenKeys });
        if (!isIntoExisting)
          throw new BadInput(
            `There is something in this Redis already. Nothing was written. With --into-existing:\n${words}`,
          );
        say(words);
      }
      const ids = header.workspaces.map(({ id }) => id);
      await store.clear(ids);
      await write(path, { keys, store, keepsTokenKeys });
      await store.mend(ids);
      say(`Restored ${contentWords(header)}, as they were at ${header.madeAt}. Start the bot.`);
    });
  } catch (error) {
    if (isAppError(error, 'backup.refused'))
      throw new BadInput(`${error.message}. ${error.hint ?? ''}`.trim(), { cause: error });
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
