import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createWholeStore } from '../../../adapters/redis/whole-store.ts';
import { createReadBotStatus } from '../../../jobs/queue-status.ts';
import { type Header, readBackup, readHeader } from '../../backup/backup-file.ts';
import type { Contents, StoredPart, WholeStore } from '../../backup/stored-part.ts';
import { createCipher, keyId } from '../../connections/cipher.ts';
import { isAppError } from '../../errors.ts';
import { createLogger } from '../../logger.ts';
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
  const ours = keys.map(keyId);
  const missing = header.keyIds.filter((id) => !ours.includes(id));
  if (missing.length > 0)
    throw new BadInput(
      `What is in the backup is sealed with keys that are not configured: ${missing.join(', ')}. Nothing was written. Put them into XOAP_ENCRYPTION_KEYS, behind the first one.`,
    );
  let parts = 0;
  for await (const part of readBackup(linesOf(path), createCipher(keys))) {
    if (!store.takes(part))
      throw new BadInput('The backup holds something that is none of the bot’s. Nothing was written.');
    parts += 1;
    if (parts % toldEvery === 0) say(`${parts.toLocaleString('en')} parts looked at`);
  }
  return { header, parts };
}

async function firstOf(lines: AsyncIterable<string>): Promise<string | undefined> {
  for await (const line of lines) return line;
  return undefined;
}

/** Whoever works on the store meanwhile would see half of it. */
async function refuseWhileAlive(redis: OpenedStore['redis']): Promise<void> {
  const status = createReadBotStatus(redis, { providers: [], logger: createLogger('silent') });
  try {
    const { answering } = await status.read('');
    if (answering > 0)
      throw new BadInput('A bot or a worker runs on this Redis. Stop it, then restore. Nothing was written.');
  } finally {
    await status.close();
  }
}

/** The workspaces that are there already, with what the backup has in their place. */
function replacedWords(there: Contents, { workspaces }: Header): string {
  const lines = there.workspaces.map((is) => {
    const has = workspaces.find(({ id }) => id === is.id);
    const of = contentWords({ workspaces: [is] }).replace(/^1 workspace, /, '');
    return has
      ? `  ${is.id}: ${of}, replaced by ${contentWords({ workspaces: [has] }).replace(/^1 workspace, /, '')}`
      : `  ${is.id}: ${of}, which stay as they are`;
  });
  return lines.join('\n');
}

async function write(path: string, { keys, store }: { keys: readonly Uint8Array[]; store: WholeStore }) {
  let parts = 0;
  const all: AsyncIterable<StoredPart> = readBackup(linesOf(path), createCipher(keys));
  for await (const part of all) {
    await store.add(part);
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
    await withStore(async ({ redis, keys }) => {
      const store = createWholeStore(redis);
      const { header } = await look(path, { keys, store });
      await refuseWhileAlive(redis);
      const there = await store.contents();
      if (there.workspaces.length > 0) {
        const words = replacedWords(there, header);
        if (!isIntoExisting)
          throw new BadInput(
            `There is something in this Redis already. Nothing was written. With --into-existing:\n${words}`,
          );
        say(words);
      }
      await store.clear(header.workspaces.map(({ id }) => id));
      await write(path, { keys, store });
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
