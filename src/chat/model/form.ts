import type { Actor } from '../../access/policy.ts';
import type { ChoiceGroup, Guidance, Pattern } from '../../providers/credential-form.ts';
import type { AttachedText } from './handed.ts';
import type { Span } from './message.ts';

export type FormField = {
  /** Stays the same for the same question, so that what was typed survives a redraw. */
  readonly id: string;
  readonly label: string;
  readonly kind:
    | 'text'
    | 'multiline'
    | 'secret'
    | 'select'
    | 'date'
    | 'file'
    /** A file that is no secret, where the platform lets people attach one; elsewhere it is not asked for. */
    | 'attachment'
    | 'checkboxes'
    /** Several of a list. */
    | 'multiselect'
    /** A time of day, as 09:00. */
    | 'time'
    /** People of the workspace, by their ids. */
    | 'people'
    /** A conversation, by its id; on a platform that cannot list them, the one where the form was asked for. */
    | 'conversation';
  readonly hint?: string;
  readonly placeholder?: string;
  readonly optional?: boolean;
  /** May be left empty here though it is needed, since what belongs here may come with another answer, or later. */
  readonly comesLater?: boolean;
  readonly maxLength?: number;
  /** What a platform may check while it is filled in. */
  readonly pattern?: Pattern;
  readonly choices?: readonly ChoiceGroup[];
  /** What stands there already; with commas between, where it is several. */
  readonly value?: string;
  /** The form is drawn anew when this changes. */
  readonly redraws?: boolean;
  /** How it is asked where a platform cannot list the choices. */
  readonly otherwise?: Omit<FormField, 'id' | 'label' | 'otherwise'>;
  /** What to do about a choice that a platform has no room to list, a sentence. */
  readonly unlistedHint?: string;
  /** What stands here where the value is longer than a platform's input. */
  readonly tooLong?: { readonly hint: string; readonly optional: true };
};

/** A form to fill in; the platform draws it. */
export type Form = {
  readonly title: string;
  readonly submitLabel: string;
  /** What the form is about, signed: comes back with the answers and cannot be forged. */
  readonly token: string;
  readonly fields: readonly FormField[];
  readonly notes: readonly (readonly Span[])[];
  /** Texts to copy elsewhere. */
  readonly snippets: readonly Guidance[];
};

/** What was filled in, by field id; a list where it is several. */
export type FormValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The answers to a question as a list. */
export const answersIn = (value: FormValues[string]): string[] =>
  (typeof value === 'string' ? value.split(/[,\n]/) : [...(value ?? [])])
    .map((text) => text.trim())
    .filter(Boolean);

/** A form that came back, with what was filled in so far. */
export type FormAnswers = {
  readonly actor: Actor;
  /** The form's token, as it came back. */
  readonly token: string;
  readonly values: FormValues;
};

/** A form that was sent; `once` is unique to the request, such as its signature. */
export type Submission = FormAnswers & {
  readonly once: string;
  /** What was attached, by field id; fetched by whoever takes the form. */
  readonly attached?: Readonly<Record<string, AttachedText>>;
};
