import type { Config } from '../../config/config.ts';
import { loadProvidersWith } from '../../config/profile-files.ts';
import { isAppError } from '../../errors.ts';
import type { Examined } from '../../examined.ts';
import type { Providers } from '../../providers/provider.ts';

const part = 'Profiles';

/** Looks at the operator's own profiles, which every process reads at its start; the providers are those without them where they are wrong. */
export async function examineProfiles({
  providers: settings,
  XOAP_PROFILES_DIR: folder,
}: Pick<Config, 'providers' | 'XOAP_PROFILES_DIR'>): Promise<{ providers: Providers; examined: Examined[] }> {
  const shipped = await loadProvidersWith(settings, undefined);
  if (folder === undefined) return { providers: shipped, examined: [] };
  try {
    const providers = await loadProvidersWith(settings, folder);
    const countOf = ({ all }: Providers) => all.flatMap(({ profiles }) => profiles).length;
    const text = `${countOf(providers) - countOf(shipped)} of your own in ${folder}`;
    return { providers, examined: [{ part, state: 'ok', text }] };
  } catch (error) {
    if (!isAppError(error, 'config.invalid')) throw error;
    const todo = 'docs/profiles.md shows such files; no process starts with one that is wrong.';
    const lines = error.message.split('\n').slice(1);
    const examined = (lines.length > 0 ? lines : [error.message]).map(
      (line): Examined => ({ part, state: 'failed', text: line.replace(/^ *- /, ''), todo }),
    );
    return { providers: shipped, examined };
  }
}
