import { readFile } from 'node:fs/promises';
import { decodeJwt } from 'jose';
import type { Workload } from '../providers/workload.ts';
import { BadInput } from './bad-input.ts';
import { shownBack } from './printable.ts';

/** The name of the field, which is none of a credential: the token is made anew for each run. */
export const tokenFileField = 'tokenFile';

/** A path as it was given, unless it is the token that somebody put there in its place. */
const shownPath = (path: string) => (/^ey|\.ey/.test(path) ? undefined : shownBack(path));

async function readToken(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => {
    const shown = shownPath(path) ?? 'what was given, and seems to be the token itself,';
    // The system's own message would repeat the path.
    throw new BadInput(
      `${tokenFileField}: ${shown} cannot be read. Give the path of the file with the token.`,
    );
  });
  return text.trim();
}

function subjectIn(token: string, path: string): string {
  try {
    return String(decodeJwt(token).sub ?? '');
  } catch {
    // The parser's own message may quote the token.
    // biome-ignore lint/style/useErrorCause: the cause would hold the secret
    throw new BadInput(
      `${tokenFileField}: ${shownPath(path) ?? 'the file'} holds no token. It is three parts of letters, with dots between.`,
    );
  }
}

/** What signs in with a token that lies in a file, such as a pipeline's own. Throws `BadInput` where there is none. */
export async function workloadOf(path: unknown): Promise<Workload> {
  if (typeof path !== 'string' || path === '')
    throw new BadInput(
      `${tokenFileField}: Without a secret a token is needed. Give the path of a file that holds one, such as the OpenID Connect token of a pipeline.`,
    );
  const subject = subjectIn(await readToken(path), path);
  return { subject, token: () => readToken(path) };
}
