import { readFile } from 'node:fs/promises';
import { decodeJwt } from 'jose';
import type { Workload } from '../providers/workload.ts';
import { BadInput } from './bad-input.ts';

/** The name of the field, which is none of a credential: the token is made anew for each run. */
export const tokenFileField = 'tokenFile';

async function readToken(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new BadInput(
      `${tokenFileField}: ${path} cannot be read. Give the path of the file with the token.`,
      {
        cause,
      },
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
      `${tokenFileField}: ${path} holds no token. It is three parts of letters, with dots between.`,
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
