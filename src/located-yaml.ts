import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';

/** Something that is wrong with a file, and where; lines and columns begin with 1. */
export type Mistake = { readonly line: number; readonly column: number; readonly text: string };

/** Where in a file a value stands, by keys and places in lists. */
export type Path = readonly PropertyKey[];

export type Located<Value> =
  | {
      readonly value: Value;
      /** The same with a place for what is wrong with its meaning, the first first. */
      locate(problems: readonly (readonly [Path, string])[]): Mistake[];
    }
  | { readonly mistakes: readonly Mistake[] };

const inOrder = (one: Mistake, other: Mistake) => one.line - other.line || one.column - other.column;

/** The place of a value, or of what it would stand in. */
function placeOf(document: Document.Parsed, path: Path): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

/** An alias could make one line stand for millions. */
function contentOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

/** Reads YAML, or JSON, of a shape; everything that is wrong with it, where something is, by line and column. */
export function readLocated<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): Located<z.output<Schema>> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'silent' });
  const at = (offset: number, problem: string): Mistake => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col), text: problem };
  };
  if (document.errors.length > 0)
    return { mistakes: document.errors.map(({ pos, message }) => at(pos[0], message.split('\n')[0] ?? '')) };
  const parsed = schema.safeParse(contentOf(document));
  if (parsed.success)
    return {
      value: parsed.data,
      locate: (problems) =>
        problems.map(([path, problem]) => at(placeOf(document, path), problem)).sort(inOrder),
    };
  const mistakes = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => at(placeOf(document, [...issue.path, key]), `there is no “${key}” here`))
      : [at(placeOf(document, issue.path), issue.message)],
  );
  return { mistakes: mistakes.sort(inOrder) };
}
