import type { Config } from '../../config/config.ts';
import { isAppError } from '../../errors.ts';
import type { Examined } from '../../examined.ts';
import { type Held, openHeldFolder } from '../../held/held-folder.ts';
import { optionsOf } from '../../providers/profiles.ts';
import type { Providers } from '../../providers/provider.ts';

const part = 'Held credentials';

/** What is wrong with a file, if anything: as a file, or as a credential. Options belong to connections, so any will do. */
function problemOf(held: Held): string | undefined {
  if ('problem' in held) return held.problem;
  const { provider, values } = held.file;
  const options = optionsOf(provider.profiles).map(({ id }) => id);
  const [plain, all] = [provider.parse(values), provider.parse(values, options)];
  if (plain.ok || all.ok) return undefined;
  return Object.entries(plain.problems)
    .map(([field, sentence]) => `${field}: ${sentence}`)
    .join(' ');
}

/** Looks at the files that a worker of these settings holds; what is in them is not told. */
export async function examineHeld(
  { XOAP_HELD_CREDENTIALS: folder, XOAP_PROCESS: kind }: Config,
  providers: Providers,
): Promise<Examined[]> {
  if (folder === undefined) return [];
  if (kind === 'bot')
    return [
      {
        part,
        state: 'warning',
        text: 'they are named for a bot, which reads none',
        todo: 'Set XOAP_HELD_CREDENTIALS for workers alone.',
      },
    ];
  const todo = 'docs/held.md says what a file has to be like.';
  try {
    const all = await openHeldFolder(folder, providers).all();
    const wrong = all.flatMap((held): Examined[] => {
      const problem = problemOf(held);
      return problem === undefined ? [] : [{ part, state: 'failed', text: `${held.name}: ${problem}`, todo }];
    });
    const count = all.length - wrong.length;
    return [{ part, state: count > 0 ? 'ok' : 'warning', text: `${count} of use in ${folder}` }, ...wrong];
  } catch (error) {
    if (!isAppError(error, 'held.no-folder')) throw error;
    return [
      { part, state: 'failed', text: error.message, todo: 'Mount it, or unset XOAP_HELD_CREDENTIALS.' },
    ];
  }
}
