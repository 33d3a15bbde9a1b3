import type {
  CardElement,
  IAdaptiveCard,
  IChoiceSetInput,
  IDateInput,
  IRichTextBlock,
  ISubmitAction,
  ITextInput,
  ITimeInput,
} from '@microsoft/teams.cards';
import { z } from 'zod';
import { askable, fittedForm, shortened, withinInput } from '../../src/chat/delivery/fitted-form.ts';
import type { Form, FormField, FormValues } from '../../src/chat/model/form.ts';
import { limits } from './limits.ts';
import { cardOf } from './render.ts';
import { codeBlock, richText } from './text.ts';

/**
 * A card cannot be drawn anew while it is filled in, so what decides the other questions is asked first, on a card of
 * its own.
 */
export type Step = 'deciding' | 'asking';

/** What the buttons of a dialog carry; it comes back from outside and is not trusted. */
export const DialogData = z.object({
  step: z.enum(['deciding', 'asking', 'back']),
  token: z.string(),
  /** What was decided on the card before. */
  decided: z.record(z.string(), z.string()).default({}),
  /** The questions with several answers, which come back as one text. */
  lists: z.array(z.string()).default([]),
});
export type DialogData = z.infer<typeof DialogData>;

type Problems = Readonly<Record<string, string>>;

const chosenIn = ({ value }: FormField) => value ?? '';

/** The kinds whose answer is several values, which come back as one text with commas. */
const several: readonly FormField['kind'][] = ['checkboxes', 'multiselect', 'people'];

/** Teams looks people up by itself: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/people-picker */
function peoplePicker({ id, value }: FormField): IChoiceSetInput {
  return {
    type: 'Input.ChoiceSet',
    id,
    choices: [],
    'choices.data': { type: 'Data.Query', dataset: 'graph.microsoft.com/users' },
    isMultiSelect: true,
    ...(value && { value }),
  };
}

function choiceSet({ id, choices = [], kind, value, placeholder }: FormField): IChoiceSetInput {
  const all = choices.flatMap((group) => group.choices);
  const isMany = several.includes(kind);
  return {
    type: 'Input.ChoiceSet',
    id,
    choices: all.map(({ value: choice, label, description }) => ({
      title: description ? `${label}: ${description}` : shortened(label, limits.label),
      value: choice,
    })) as NonNullable<IChoiceSetInput['choices']>,
    ...(isMany
      ? { isMultiSelect: true, style: kind === 'multiselect' ? 'filtered' : 'expanded', wrap: true }
      : { style: all.length > limits.choices ? 'filtered' : 'compact' }),
    ...(placeholder && { placeholder }),
    ...(value && { value }),
  };
}

/** A file cannot be uploaded in a dialog, so its text is pasted; line ends between values may go. */
const filePlaceholder = 'Paste the whole text of the file';

function textInput({ id, kind, placeholder, maxLength, value, pattern }: FormField): ITextInput {
  const isHidden = kind === 'secret' || kind === 'file';
  const shown = kind === 'file' ? filePlaceholder : placeholder;
  return {
    type: 'Input.Text',
    id,
    ...(isHidden && { style: 'Password' }),
    ...(kind === 'multiline' && { isMultiline: true }),
    ...(shown && { placeholder: shown }),
    ...(maxLength && { maxLength }),
    ...(pattern && { regex: pattern.regex }),
    ...(value && !isHidden && { value }),
  };
}

function input(field: FormField): ITextInput | IChoiceSetInput | IDateInput | ITimeInput {
  const { id, kind, value } = field;
  if (kind === 'date') return { type: 'Input.Date', id, ...(value && { value }) };
  if (kind === 'time') return { type: 'Input.Time', id, ...(value && { value }) };
  if (kind === 'people') return peoplePicker(field);
  return kind === 'select' || several.includes(kind) ? choiceSet(field) : textInput(field);
}

/** What was wrong may quote what was typed, so it is no Markdown either. */
function problemBlock(text: string): IRichTextBlock {
  return { ...richText([text], new Map(), { color: 'Attention', size: 'Small' }), spacing: 'None' };
}

const secretHint = 'Passes through Microsoft’s servers, then is encrypted here.';

/** A question with what helps to answer it, and what was wrong with the last answer. */
function question(
  field: FormField,
  { problem, isRequired = !field.optional }: { problem?: string | undefined; isRequired?: boolean },
): CardElement[] {
  const { label, kind, hint, optional, comesLater, pattern } = field;
  const isHidden = kind === 'secret' || kind === 'file';
  const hints = [hint, isHidden ? secretHint : undefined].filter(Boolean).join(' ');
  return [
    {
      ...input(field),
      label: optional && !comesLater ? `${label} (optional)` : label,
      isRequired,
      errorMessage: pattern?.message ?? `${label}: this is needed.`,
    },
    ...(problem ? [problemBlock(problem)] : []),
    ...(hints
      ? [{ ...richText([hints], new Map(), { size: 'Small', isSubtle: true }), spacing: 'None' as const }]
      : []),
  ];
}

function submit(title: string, data: DialogData, more: Partial<ISubmitAction> = {}): ISubmitAction {
  return { type: 'Action.Submit', title, data: { xoap: data } as never, ...more };
}

/** Said of a secret when the form comes back without it. */
function lost({ kind }: FormField, problems: Problems): string | undefined {
  const isHidden = kind === 'secret' || kind === 'file';
  if (!isHidden || Object.keys(problems).length === 0) return undefined;
  return 'If you entered one, enter it again: secrets are not kept.';
}

/** What was decided, in words. */
function decidedFacts(fields: readonly FormField[]): CardElement {
  const facts = fields.map((field) => {
    const choice = (field.choices ?? [])
      .flatMap(({ choices }) => choices)
      .find(({ value }) => value === field.value);
    return { title: field.label, value: choice?.label ?? chosenIn(field) };
  });
  return { type: 'FactSet', facts: facts as never };
}

/** Which card of a form comes next: the deciding questions as long as nothing else is asked. */
export function stepOf({ fields }: Form): Step {
  return fields.length > 0 && fields.every(({ redraws }) => redraws) ? 'deciding' : 'asking';
}

const isListed = (choices: readonly string[]) =>
  choices.length <= limits.list.choices && choices.join('').length <= limits.list.characters;

/** Draws a form as the card of a dialog. Secrets are never filled in again; lists too long for a card say so. */
export function formCard(form: Form, step: Step, problems: Problems = {}): IAdaptiveCard {
  const fields = form.fields.map((field) => withinInput(askable(field, isListed), limits.input));
  const fits = (shown: Form) =>
    Buffer.byteLength(JSON.stringify(drawn(shown, step, problems))) <= limits.card.bytes;
  return drawn(fittedForm({ ...form, fields }, fits), step, problems);
}

function drawn(form: Form, step: Step, problems: Problems): IAdaptiveCard {
  const deciding = form.fields.filter(({ redraws }) => redraws);
  // A bot cannot list conversations here, so what is asked for in one goes there; dialogs take no files.
  const asked = form.fields.filter(
    ({ redraws, kind }) => !redraws && kind !== 'conversation' && kind !== 'attachment',
  );
  const shown = step === 'deciding' ? deciding : asked;
  const decided = Object.fromEntries(deciding.map((field) => [field.id, chosenIn(field)]));
  const lists = shown.filter(({ kind }) => several.includes(kind)).map(({ id }) => id);
  const data: DialogData = { step, token: form.token, decided, lists };
  const isBeside = (id: string) => shown.some((field) => field.id === id);
  const elsewhere = Object.entries(problems).filter(([id]) => !isBeside(id));
  const back = submit('Change', { ...data, step: 'back' }, { associatedInputs: 'none' });
  const body: CardElement[] = [
    ...elsewhere.map(([, text]) => problemBlock(text)),
    ...(step === 'asking' && deciding.length > 0 ? [decidedFacts(deciding)] : []),
    // Another type is chosen to see its providers, so one of this type need not be.
    ...shown.flatMap((field) =>
      question(field, {
        problem: problems[field.id] ?? lost(field, problems),
        ...(step === 'deciding' && { isRequired: false }),
      }),
    ),
    ...(step === 'asking'
      ? form.snippets.flatMap(({ title, text }) => [richText([{ bold: title }]), codeBlock(text)])
      : []),
    ...form.notes.map((spans) => richText(spans, new Map(), { size: 'Small', isSubtle: true })),
    {
      type: 'ActionSet',
      actions: [
        submit(step === 'deciding' ? 'Next' : form.submitLabel, data, { style: 'positive' }),
        ...(step === 'asking' && deciding.length > 0 ? [back] : []),
      ],
    },
  ];
  return cardOf(body, form.title);
}

/** What came back from a dialog: what its buttons carry, and what was filled in, by field id. */
export function readDialog(
  submitted: unknown,
): { readonly data: DialogData; readonly values: FormValues } | undefined {
  const parsed = z.looseObject({ xoap: DialogData }).safeParse(submitted);
  if (!parsed.success) return undefined;
  const { xoap, msteams: _msteams, ...rest } = parsed.data;
  const typed = Object.entries(rest).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  const values = typed.map(([id, value]): [string, string | string[]] => [
    id,
    xoap.lists.includes(id) ? value.split(',').filter(Boolean) : value,
  ]);
  return { data: xoap, values: { ...xoap.decided, ...Object.fromEntries(values) } };
}
