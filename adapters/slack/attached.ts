import type { AttachedText } from '../../src/chat/model/handed.ts';
import { AppError } from '../../src/errors.ts';
import { mostCharacters } from '../../src/explain/clean-log.ts';
import { readEnd } from '../../src/explain/read-end.ts';
import { type Fetched, type FileAccess, fetchFile, type SlackFile } from './fetch-file.ts';
import type { Grants } from './grants.ts';

/** What a bot needs to read files; a workspace may leave it out. */
export const readsFilesScope = 'files:read';

/** Milliseconds that a file may take, and bytes that are looked at before its end. */
const patienceMs = 20_000;
const mostBytes = 50_000_000;

/** Kinds of files that hold no text. */
const noText =
  /^(image|video|audio|font)\/|^application\/(x-)?(zip|gzip|pdf|tar|7z|bzip2?|xz|rar|zstd)|^application\/vnd\./;

export type AttachedDependencies = FileAccess & {
  readonly grants: Pick<Grants, 'has'>;
  readonly commandWord: string;
};

const unread = (message: string, hint: string) => new AppError(message, { code: 'chat.file-unread', hint });

/** The pieces of a file, as long as it is not too large. */
async function* capped(response: Response, tooLarge: () => AppError): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > mostBytes) throw tooLarge();
    yield chunk;
  }
}

/** A file of Slack as a text that can be fetched. */
export function attachedText(file: SlackFile, settings: AttachedDependencies): AttachedText {
  const { name = 'The file', size = 0, mimetype = '' } = file;
  const { grants, commandWord, logger } = settings;
  const ways = `Paste the error and some lines around it into ${commandWord} explain, or run xoap explain < build.log where the log is.`;
  const tooLarge = () => unread(`${name} is larger than ${mostBytes / 1_000_000} MB`, ways);

  function problemOf(fetched: Exclude<Fetched, { kind: 'file' }>): AppError {
    if (fetched.kind === 'elsewhere')
      return unread(`${name} is not kept by Slack itself, so it is not fetched`, ways);
    if (fetched.kind === 'refused') return unread(`Slack gave no file for ${name} (${fetched.status})`, ways);
    if (fetched.kind === 'late')
      return unread(`${name} could not be fetched from Slack in time`, `Try again. ${ways}`);
    // A paste that is too long for a message becomes a file.
    return grants.has(readsFilesScope)
      ? unread(
          `Slack does not show ${name} to this bot: it is not in that conversation, or may not read files`,
          ways,
        )
      : unread(
          `Slack keeps ${name} as a file, and this workspace does not let the bot read files (scope ${readsFilesScope})`,
          ways,
        );
  }

  return {
    name,
    async read() {
      if (noText.test(mimetype)) throw unread(`${name} is no text`, ways);
      if (size > mostBytes) throw tooLarge();
      if (!grants.has(readsFilesScope)) throw problemOf({ kind: 'not-shown' });
      const fetched = await fetchFile(file, settings, AbortSignal.timeout(patienceMs));
      if (fetched.kind !== 'file') throw problemOf(fetched);
      try {
        return await readEnd(capped(fetched.response, tooLarge), mostCharacters);
      } catch (err) {
        if (err instanceof AppError) throw err;
        logger.warn({ err }, 'an attached file could not be fetched');
        throw problemOf({ kind: 'late' });
      }
    },
  };
}
