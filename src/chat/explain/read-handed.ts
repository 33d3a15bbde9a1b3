import { isAppError } from '../../errors.ts';
import type { AttachedText, HandedMessage } from '../model/handed.ts';

/** What was read, and a sentence for each file that could not be. */
export type Read = { readonly log: string; readonly unread: readonly string[] };

async function readOne(file: AttachedText): Promise<{ text: string } | { problem: string }> {
  try {
    return { text: await file.read() };
  } catch (error) {
    if (!isAppError(error, 'chat.file-unread')) throw error;
    return { problem: [error.message, error.hint].filter(Boolean).join('. ') };
  }
}

/** Reads a message and its files, in the order in which a person sees them. */
export async function readHanded({ text, files }: Pick<HandedMessage, 'text' | 'files'>): Promise<Read> {
  const read = await Promise.all(files.map(readOne));
  const texts = read.flatMap((each) => ('text' in each ? [each.text] : []));
  return {
    log: [text, ...texts].filter((each) => each.trim() !== '').join('\n'),
    unread: read.flatMap((each) => ('problem' in each ? [each.problem] : [])),
  };
}
