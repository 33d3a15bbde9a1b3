import { includes, type PermissionSet } from './rights.ts';

/** What is known of a condition for an action that none of its patterns matches. */
type Truth = boolean | undefined;

const token = /\s*('(?:[^'\\]|\\.)*'|\{[^{}]*\}|\[[^\][]*\]|&&|\|\||[()!]|[^\s()!'{}[\]&|]+)/y;
/** Parentheses in parentheses; conditions that people write have three. */
const mostDeep = 50;
const action = /^ActionMatches$/i;
const isAnd = (word: string | undefined) => word === '&&' || /^and$/i.test(word ?? '');
const isOr = (word: string | undefined) => word === '||' || /^or$/i.test(word ?? '');
const isNot = (word: string | undefined) => word === '!' || /^not$/i.test(word ?? '');

class Unreadable extends Error {}

function wordsOf(condition: string): string[] {
  const words: string[] = [];
  token.lastIndex = 0;
  for (const text = condition.trimEnd(); token.lastIndex < text.length; ) {
    const word = token.exec(text)?.[1];
    if (word === undefined) throw new Unreadable();
    words.push(word);
  }
  return words;
}

/**
 * Reads a condition for any action that it does not name. Comparisons of attributes are left open; what is no condition
 * as the documentation has them throws.
 * https://learn.microsoft.com/en-us/azure/role-based-access-control/conditions-format
 */
class Reader {
  readonly patterns: string[] = [];
  readonly #words: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(condition: string) {
    this.#words = wordsOf(condition);
  }

  read(): Truth {
    const truth = this.#expression();
    if (this.#at < this.#words.length) throw new Unreadable();
    return truth;
  }

  get #next(): string | undefined {
    return this.#words[this.#at];
  }

  #take(): string {
    const word = this.#next;
    if (word === undefined) throw new Unreadable();
    this.#at += 1;
    return word;
  }

  #expression(): Truth {
    const first = this.#operand();
    const joins = [isAnd, isOr].find((join) => join(this.#next));
    if (!joins) return first;
    const parts = [first];
    while (joins(this.#next)) {
      this.#take();
      parts.push(this.#operand());
    }
    // Azure demands parentheses where both operators stand in one expression, so the other one ends it, and the reading.
    const decides = joins === isOr;
    if (parts.includes(decides)) return decides;
    return parts.includes(undefined) ? undefined : !decides;
  }

  #operand(): Truth {
    this.#depth += 1;
    if (this.#depth > mostDeep) throw new Unreadable();
    const truth = this.#negated();
    this.#depth -= 1;
    return truth;
  }

  #negated(): Truth {
    if (isNot(this.#next)) {
      this.#take();
      const truth = this.#operand();
      return truth === undefined ? undefined : !truth;
    }
    if (this.#next !== '(') return this.#comparison();
    this.#take();
    const truth = this.#expression();
    if (this.#take() !== ')') throw new Unreadable();
    return truth;
  }

  #comparison(): Truth {
    const first = this.#take();
    if (action.test(first)) {
      const pattern = /^\{\s*'([^']*)'\s*\}$/.exec(this.#take())?.[1];
      if (pattern === undefined) throw new Unreadable();
      this.patterns.push(pattern);
      return false;
    }
    if (isAnd(first) || isOr(first)) throw new Unreadable();
    const isOver = (word: string | undefined) =>
      word === undefined || word === ')' || word === '(' || isAnd(word) || isOr(word);
    while (!isOver(this.#next)) this.#take();
    return undefined;
  }
}

/**
 * The patterns of the actions that a condition is about: for every other action it is true, and what it stands on is
 * granted. Undefined where it may be about any action.
 */
export function targetsOf(condition: string): readonly string[] | undefined {
  try {
    const reader = new Reader(condition);
    return reader.read() === true ? reader.patterns : undefined;
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

/** Whether it may hang on a condition that an operation is granted. */
export function mayConcern(condition: string, operation: string): boolean {
  return targetsOf(condition)?.some((pattern) => includes(pattern, operation)) ?? true;
}

/** What a permission set grants whatever its condition, and a further one, say; undefined where that may be nothing. */
export function unconditionalPart(set: PermissionSet, further?: string): PermissionSet | undefined {
  const notActions = [...set.notActions];
  for (const condition of [set.condition, further]) {
    if (!condition) continue;
    const targets = targetsOf(condition);
    if (!targets) return undefined;
    notActions.push(...targets);
  }
  return { actions: set.actions, notActions };
}
