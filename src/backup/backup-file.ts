import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Cipher } from '../connections/cipher.ts';
import { AppError, isAppError } from '../errors.ts';
import { tryJson } from '../json.ts';
import { Contents, StoredPart } from './stored-part.ts';

// A backup is a file of lines: a header in clear, the parts of the store sealed one by one, and a sealed end. Each line is
// bound to the header and to its place, so that none can be changed, moved, left out or taken from another file.

/** The first line. */
export const Header = z.strictObject({
  format: z.literal('xoap-backup-1'),
  version: z.string(),
  madeAt: z.iso.datetime(),
  ...Contents.shape,
});
export type Header = z.infer<typeof Header>;

const End = z.strictObject({ end: z.literal(true) });

const bindingOf = (header: string, index: number) => ({
  workspaceId: 'backup',
  connectionId: `${createHash('sha256').update(header).digest('hex')}:${index}`,
});

/** The lines of a backup, without their ends. */
export async function* writeBackup(
  parts: AsyncIterable<StoredPart>,
  header: Header,
  cipher: Pick<Cipher, 'seal'>,
): AsyncGenerator<string> {
  const first = JSON.stringify(header);
  yield first;
  let index = 0;
  for await (const part of parts) yield cipher.seal(part, bindingOf(first, index++));
  yield cipher.seal({ end: true }, bindingOf(first, index));
}

const refused = (message: string, hint: string, cause?: unknown) =>
  new AppError(message, { code: 'backup.refused', hint, cause });

const whole = 'Nothing was written. Take the whole file, as “xoap backup” wrote it.';

/** The header that a line is. Throws `backup.refused`. */
export function readHeader(line: string | undefined): Header {
  const header = tryJson(line ?? '', Header);
  if (header) return header;
  throw refused('This is no backup that this version can read', whole);
}

/** Opens one sealed line. */
async function opened(line: string, binding: ReturnType<typeof bindingOf>, cipher: Pick<Cipher, 'open'>) {
  try {
    return await cipher.open(line, binding);
  } catch (cause) {
    if (isAppError(cause, 'connections.key-missing'))
      throw refused(
        'The backup is sealed with a key that is not configured',
        'Nothing was written. Put the key that was the first one then into XOAP_ENCRYPTION_KEYS, behind the others.',
        cause,
      );
    throw refused('The backup was altered, or a part of it is missing', whole, cause);
  }
}

/** The parts of a backup, to its end. Throws `backup.refused` for one that is not whole, at the latest when all parts are told. */
export async function* readBackup(
  lines: AsyncIterable<string>,
  cipher: Pick<Cipher, 'open'>,
): AsyncGenerator<StoredPart, void> {
  let first: string | undefined;
  let index = 0;
  let isOver = false;
  for await (const line of lines) {
    if (first === undefined) {
      readHeader(line);
      first = line;
      continue;
    }
    if (isOver) throw refused('There is something behind the end of the backup', whole);
    const content = await opened(line, bindingOf(first, index++), cipher);
    const part = StoredPart.safeParse(content);
    if (part.success) yield part.data;
    else if (End.safeParse(content).success) isOver = true;
    else throw refused('The backup holds something that this version cannot read', whole);
  }
  if (first === undefined) readHeader(first);
  if (!isOver) throw refused('The backup ends before its end: it was cut off', whole);
}
