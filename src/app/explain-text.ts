import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pLimit from 'p-limit';
import type { ExplainText } from '../chat/explain/explain-log.ts';
import type { Config } from '../config/config.ts';
import { AppError } from '../errors.ts';
import { Explanation } from '../explain/explanation.ts';
import { tryJson } from '../json.ts';
import type { Providers } from '../providers/provider.ts';

/** Characters that are read in a few milliseconds; more would hold up whoever else wants an answer of this process. */
const mostHere = 64_000;
/** Logs that are read beside this process at once, and milliseconds that one may take. */
const mostBeside = 2;
const besideMs = 30_000;

/** The command line, as a source beside this one or as its bundle beside that of the bot (scripts/bundle.mjs). */
const commandLine = (): string => {
  const isSource = import.meta.filename.endsWith('.ts');
  return join(import.meta.dirname, '..', 'cli', isSource ? 'cli.ts' : 'xoap.mjs');
};

const gaveUp = (cause?: unknown) =>
  new AppError('The log could not be read in time', {
    code: 'explain.gave-up',
    cause,
    hint: 'Give a smaller part of it, with the error; or have it read on your machine: xoap explain < build.log',
  });

/**
 * Has the command line read a log in a process of its own, which ends with it. Of the settings of the bot it is told nothing but
 * where profiles are: what reads anybody's text needs no secret.
 */
async function explainBeside(log: string, profiles: string | undefined): Promise<Explanation> {
  const arguments_ = ['--max-old-space-size=512', commandLine(), 'explain', '--json'];
  const env = { ...(profiles !== undefined && { XOAP_PROFILES_DIR: profiles }) };
  const child = spawn(process.execPath, arguments_, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), besideMs);
  try {
    // It may end before it has read all.
    child.stdin.on('error', () => undefined);
    child.stdin.end(log);
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    const explanation = tryJson(output, Explanation);
    if (!explanation) throw gaveUp();
    return explanation;
  } catch (cause) {
    throw gaveUp(cause);
  } finally {
    clearTimeout(timer);
  }
}

/** Creates what reads logs in memory: short ones here, long ones in a process beside this one. */
export function createExplainText(
  providers: Providers,
  { XOAP_PROFILES_DIR: profiles }: Pick<Config, 'XOAP_PROFILES_DIR'>,
): ExplainText {
  const limit = pLimit(mostBeside);
  return async (log) => {
    if (log.length > mostHere) return limit(() => explainBeside(log, profiles));
    const { explainLog } = await import('../explain/explain.ts');
    return explainLog(log, providers.all);
  };
}
