import { accessFileProblems } from '../../config/access-file.ts';
import type { Config } from '../../config/config.ts';
import { isAppError } from '../../errors.ts';
import type { Examined } from '../../examined.ts';

const part = 'Roles';

/** Looks at the operator's file with roles, which a bot reads at its start. */
export function examineAccessFile({ XOAP_ACCESS_FILE: file }: Pick<Config, 'XOAP_ACCESS_FILE'>): Examined[] {
  if (file === undefined) return [];
  const todo = 'docs/access.md shows such a file; a bot does not start with one that is wrong.';
  try {
    const wrong = accessFileProblems(file).map((text): Examined => ({ part, state: 'failed', text, todo }));
    return wrong.length > 0 ? wrong : [{ part, state: 'ok', text: `nothing is wrong with ${file}` }];
  } catch (error) {
    if (!isAppError(error, 'config.invalid')) throw error;
    return [{ part, state: 'failed', text: error.message, todo: 'Mount it, or unset XOAP_ACCESS_FILE.' }];
  }
}
