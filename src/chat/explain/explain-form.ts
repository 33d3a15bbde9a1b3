import type { Form, FormValues } from '../model/form.ts';

export const textField = 'explain.text';
export const fileField = 'explain.file';
const mostOfText = 20_000;

/** The form that a log is pasted into, or attached to. */
export function explainForm(token: string, values: FormValues = {}): Form {
  const { [textField]: typed } = values;
  return {
    title: 'Explain a failed build',
    submitLabel: 'Explain',
    token,
    fields: [
      {
        id: textField,
        label: 'What the build printed',
        kind: 'multiline',
        optional: true,
        comesLater: true,
        maxLength: mostOfText,
        hint: 'The error with some lines around it; where you are not sure, the last lines.',
        ...(typeof typed === 'string' && { value: typed }),
      },
      {
        id: fileField,
        label: 'Or the log as a file',
        kind: 'attachment',
        optional: true,
        hint: 'A text file. Of more than 5 MB the end is read.',
      },
    ],
    notes: [['It is read in memory and not kept. What looks like a secret in it is not shown.']],
    snippets: [],
  };
}
