import type { z } from 'zod';

/** Reads JSON of our own making, such as a stored record. Throws where it is not what the schema says. */
export function readJson<Schema extends z.ZodType>(text: string, schema: Schema): z.output<Schema> {
  return schema.parse(JSON.parse(text));
}

/** Reads JSON that came back from outside; undefined where it is not what the schema says. */
export function tryJson<Schema extends z.ZodType>(
  text: string | null | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(text ?? '')).data;
  } catch {
    return undefined;
  }
}
