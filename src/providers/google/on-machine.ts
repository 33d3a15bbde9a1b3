import { readFile } from 'node:fs/promises';
import { AppError } from '../../errors.ts';
import type { FieldValues } from '../credential-form.ts';
import type { OnMachine } from '../machine.ts';

const variable = 'GOOGLE_APPLICATION_CREDENTIALS';

/** The credential that Google's libraries find on a machine: https://cloud.google.com/docs/authentication/application-default-credentials */
export const onMachine: OnMachine = {
  places: variable,
  async find({ variables }) {
    const path = variables[variable]?.trim();
    if (!path) return undefined;
    try {
      return { values: { keyFile: await readFile(path, 'utf8') }, from: `${path} (${variable})` };
    } catch (cause) {
      const isKey = /[{\n]/.test(path) || path.length > 1_000;
      const problem = isKey
        ? `${variable} holds a key itself; it takes the path of a file.`
        : `${variable} names ${path}, which cannot be read.`;
      throw new AppError(problem, { code: 'machine.unreadable', cause });
    }
  },
};

/** A key file, or another one that Google's tools write, as what the form would hold; undefined where it is none. */
export const readWhole = (file: FieldValues): FieldValues | undefined =>
  'type' in file || 'installed' in file || 'web' in file ? { keyFile: JSON.stringify(file) } : undefined;
