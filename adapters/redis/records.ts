import { z } from 'zod';
import type { NoteUnreadable, Unreadable } from '../../src/connections/unreadable.ts';

/** One kind of stored record: its shape, and how what was stored before becomes it. */
export type RecordKind<Schema extends z.ZodType> = {
  /** What it is, in words that follow "a". */
  readonly name: string;
  readonly schema: Schema;
  /** Each makes one form the next one, the oldest first: their number is the version of the newest. */
  readonly steps: readonly ((older: Readonly<Record<string, unknown>>) => Record<string, unknown>)[];
};

/** Where a record stands. */
export type Place = { readonly workspaceId: string; readonly key: string; readonly field?: string };

const Stored = z.looseObject({ v: z.int().min(0).default(0) });
/** What is told of a record that cannot be read otherwise. */
const Owned = z.looseObject({ addedBy: z.string(), name: z.string().optional() });

/** A record as it is stored, with the version of its form. */
export const textOf = ({ steps }: Pick<RecordKind<z.ZodType>, 'steps'>, record: object): string =>
  JSON.stringify({ ...record, v: steps.length });

/** In which form a record is stored, as this version of the bot sees it. */
export type RecordForm = 'newest' | 'older' | Unreadable['problem'];

type Outcome<Schema extends z.ZodType> =
  | { readonly record: z.output<Schema>; readonly isOlder: boolean }
  | { readonly problem: Unreadable['problem']; readonly stored?: unknown };

function parse<Schema extends z.ZodType>(
  { schema, steps }: RecordKind<Schema>,
  text: string,
): Outcome<Schema> {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return { problem: 'damaged' };
  }
  const head = Stored.safeParse(stored);
  if (!head.success) return { problem: 'damaged', stored };
  const { v: version, ...fields } = head.data;
  if (version > steps.length) return { problem: 'newer', stored };
  const newest = steps.slice(version).reduce((older, step) => step(older), fields as Record<string, unknown>);
  const read = schema.safeParse(newest);
  return read.success
    ? { record: read.data, isOlder: version < steps.length }
    : { problem: 'damaged', stored };
}

/**
 * Reads records of one kind one by one. One that a newer version stored, or that is no such record, is left out and
 * taken note of, so that it harms nobody else; it stays as it is.
 */
export function recordReader<Schema extends z.ZodType>(kind: RecordKind<Schema>, note: NoteUnreadable) {
  function read(text: string, place: Place): z.output<Schema> | undefined {
    const outcome = parse(kind, text);
    if ('record' in outcome) return outcome.record;
    const owned = Owned.safeParse(outcome.stored).data;
    note({
      workspaceId: place.workspaceId,
      kind: kind.name,
      key: [place.key, place.field].filter(Boolean).join(' '),
      problem: outcome.problem,
      owner: owned?.addedBy,
      name: owned?.name,
    });
    return undefined;
  }
  return {
    read,
    /** Those of a list that can be read. */
    readAll: (texts: readonly string[], place: Place): z.output<Schema>[] =>
      texts.flatMap((text) => {
        const record = read(text, place);
        return record === undefined ? [] : [record];
      }),
    /** The form of a text, with the newest one where it is an older one. */
    lookAt(text: string): { readonly form: RecordForm; readonly newer?: string } {
      const outcome = parse(kind, text);
      if (!('record' in outcome)) return { form: outcome.problem };
      if (!outcome.isOlder) return { form: 'newest' };
      return { form: 'older', newer: textOf(kind, outcome.record as object) };
    },
  };
}
