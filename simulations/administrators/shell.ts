import { parse } from 'shell-quote';

/** One command of a snippet: its words, and the flags among them. */
export type Command = {
  readonly words: readonly string[];
  /** Values by flag, without its dashes; `true` for a flag alone. */
  readonly flags: ReadonlyMap<string, string | true>;
};

/** Flags that stand alone, of the tools that our snippets use. */
const alone = ['--wait', '--append'];

/** The value of a flag; throws where the snippet lacks it, as the tool would. */
export function flagOf({ words, flags }: Command, name: string): string {
  const value = flags.get(name);
  if (typeof value !== 'string') throw new Error(`${words.join(' ')} lacks --${name}`);
  return value;
}

function commandOf(tokens: readonly string[]): Command {
  const words: string[] = [];
  const flags = new Map<string, string | true>();
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] ?? '';
    const [, name, value] = /^--?([a-zA-Z][\w-]*)(?:=(.*))?$/s.exec(token) ?? [];
    if (!name) words.push(token);
    else if (value !== undefined) flags.set(name, value);
    else if (alone.includes(token)) flags.set(name, true);
    else {
      index += 1;
      flags.set(name, tokens[index] ?? '');
    }
  }
  return { words, flags };
}

/** One line of a snippet: commands, each tried only where the one before it failed, or done only where it succeeded. */
type Line = { readonly joint: 'and' | 'or'; readonly commands: readonly Command[] };

/** A line end that stands in no single quotes. */
const endOfLine = /\n(?=(?:[^']*'[^']*')*[^']*$)/;

/** Reads a snippet as a POSIX shell does: continued lines, quotes, `&&` and `||`. Throws for anything else. */
function linesOf(text: string): Line[] {
  const whole = text.replaceAll(/\\\n\s*/g, ' ');
  return whole
    .split(endOfLine)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const parts: string[][] = [[]];
      const joints = new Set<string>();
      for (const token of parse(line)) {
        if (typeof token === 'string') parts.at(-1)?.push(token);
        else if ('op' in token && (token.op === '&&' || token.op === '||')) {
          joints.add(token.op);
          parts.push([]);
        } else throw new Error(`No plain command: ${JSON.stringify(token)} in ${line}`);
      }
      if (joints.size > 1) throw new Error(`Both && and || in ${line}`);
      return { joint: joints.has('||') ? 'or' : 'and', commands: parts.map(commandOf) };
    });
}

/** Carries a snippet out: each line stops where its commands say so. */
export function run(text: string, carryOut: (command: Command) => void): void {
  for (const { joint, commands } of linesOf(text)) {
    for (const [index, command] of commands.entries()) {
      try {
        carryOut(command);
        if (joint === 'or') break;
      } catch (error) {
        if (joint === 'and' || index === commands.length - 1) throw error;
      }
    }
  }
}
