import type { Form, FormField } from '../model/form.ts';

const choicesOf = ({ choices = [] }: FormField) => choices.flatMap((group) => group.choices);

/** The field with its first choices alone. */
function cut(field: FormField, most: number): FormField {
  const all = choicesOf(field);
  if (all.length <= most) return field;
  return { ...field, choices: [{ label: field.choices?.[0]?.label ?? '', choices: all.slice(0, most) }] };
}

/** The form with so many choices in each list at most, and a note for each list that is not whole. */
function withChoices(form: Form, most: number): Form {
  const long = form.fields.filter((field) => choicesOf(field).length > most);
  const notes = long.map(({ label, unlistedHint = '' }) => [
    `${label}: there are more than can be listed here, the first ${most}. ${unlistedHint}`.trim(),
  ]);
  return { ...form, fields: form.fields.map((field) => cut(field, most)), notes: [...form.notes, ...notes] };
}

/** The form with as many choices as fit a platform; itself where it fits, or where no list of it could be shorter. */
export function fittedForm(form: Form, fits: (form: Form) => boolean): Form {
  if (fits(form)) return form;
  let [fitting, tooMany] = [1, Math.max(...form.fields.map((field) => choicesOf(field).length))];
  while (tooMany - fitting > 1) {
    const middle = Math.floor((fitting + tooMany) / 2);
    if (fits(withChoices(form, middle))) fitting = middle;
    else tooMany = middle;
  }
  return tooMany > 1 ? withChoices(form, fitting) : form;
}

/** A text with its middle left out where it is too long, since the ends of paths and names tell most. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(-half)}`;
}

/** A question as a platform can ask it: with its list where `isListed` takes that, as it is asked otherwise elsewhere. */
export function askable(field: FormField, isListed: (choices: readonly string[]) => boolean): FormField {
  const { otherwise, ...listed } = field;
  if (!otherwise) return field;
  const labels = choicesOf(field).map(({ label }) => label);
  if (labels.length > 0 && isListed(labels)) return listed;
  return { id: field.id, label: field.label, ...otherwise };
}

/** A question whose preset value fits an input of so many characters; where it does not, the field says what then. */
export function withinInput(field: FormField, most: number): FormField {
  const { tooLong, value, ...rest } = field;
  if (!tooLong || value === undefined || value.length <= most)
    return { ...rest, ...(value !== undefined && { value }) };
  return { ...rest, ...tooLong };
}
