import { z } from 'zod';
import type { Remediation } from '../verification/verification.ts';

export type CredentialField = {
  /** The name in JSON and, behind the provider's id and a dot, in a form: `aws.accessKeyId`. */
  readonly id: string;
  readonly label: string;
  readonly kind: 'text' | 'secret' | 'select' | 'date' | 'file';
  readonly hint?: string;
  readonly placeholder?: string;
  readonly optional?: boolean;
  /** Comes anew with each new secret, such as the id of a key. */
  readonly rotates?: true;
  /**
   * May be changed while the credential stays. Never what says where the credential is sent or whose it is: a stored
   * secret would go to whoever is named.
   */
  readonly editable?: true;
  /** May stay empty in a form, since another field may hold what belongs here, or it is chosen after the sign-in. */
  readonly optionalInForm?: boolean;
  readonly maxLength?: number;
  /** What a platform may check while it is filled in: never stricter than the check that counts. */
  readonly pattern?: Pattern;
  /** The form is drawn anew when this changes. */
  readonly redraws?: boolean;
  /** What is to be set up at the provider names it, so the form is drawn anew with it where that is shown. */
  readonly guides?: true;
  /** What stands there before anybody fills it in. */
  readonly preset?: string;
  /** Says how the form is filled in and is no part of a credential. */
  readonly formOnly?: true;
  /** A new value that stands there, instead of the same one for everybody. */
  readonly generate?: () => string;
  /** Asked for only while each of these other fields has one of these values. */
  readonly onlyWhen?: Condition | readonly Condition[];
  /** For a select: what can be chosen, in groups. */
  readonly choices?: readonly ChoiceGroup[];
};

/** What another field has to be. */
export type Condition = { readonly field: string; readonly values: readonly string[] };

export const conditionsOf = ({ onlyWhen = [] }: Pick<CredentialField, 'onlyWhen'>): readonly Condition[] =>
  'field' in onlyWhen ? [onlyWhen] : onlyWhen;

/** A field as a provider declares it, once: what a person is asked, and what is accepted. */
export type FieldDeclaration = Omit<CredentialField, 'id'> & { readonly schema: z.ZodType };
type Declarations = Readonly<Record<string, FieldDeclaration>>;

/** The fields in the order of their declarations, as forms are drawn from them. */
export function fieldsOf(declared: Declarations): CredentialField[] {
  return Object.entries(declared).map(([id, { schema: _schema, ...field }]) => ({ id, ...field }));
}

/** What is accepted for all declared fields together; no other field is. */
export function schemaOf<Declared extends Declarations>(declared: Declared) {
  const shape = Object.fromEntries(Object.entries(declared).map(([id, { schema }]) => [id, schema]));
  return z.strictObject(shape as { [Id in keyof Declared]: Declared[Id]['schema'] });
}

/** The fields that are asked for when a credential is replaced. */
export const rotatingFields = (fields: readonly CredentialField[]) =>
  fields.filter(({ kind, rotates }) => kind === 'secret' || kind === 'file' || rotates);

/** The values of the fields that may be changed while the credential stays. */
export const settingsIn = (
  fields: readonly CredentialField[],
  credential: Readonly<Record<string, string>>,
) =>
  Object.fromEntries(
    fields.flatMap(({ id, editable }) => {
      const value = credential[id];
      return editable && value !== undefined ? [[id, value]] : [];
    }),
  );

/** The way to sign in without a secret that somebody chose, if anybody did. */
export function keylessWay(
  fields: readonly CredentialField[],
  credential: Readonly<Record<string, string>>,
): Choice | undefined {
  const chosen = fields.flatMap(({ id, choices = [] }) =>
    choices.flatMap((group) =>
      group.choices.filter(({ value, keyless }) => keyless && value === credential[id]),
    ),
  );
  return chosen[0];
}

/** A regular expression without flags, and what to say where an answer does not match it. */
export type Pattern = { readonly regex: string; readonly message: string };

export type ChoiceGroup = { readonly label: string; readonly choices: readonly Choice[] };
export type Choice = {
  readonly value: string;
  readonly label: string;
  readonly description?: string;
  /**
   * Signs in without a secret that is stored: with tokens of the bot's issuer, where it has one, as the machine that
   * verifies, or with what a worker holds.
   */
  readonly keyless?: 'issuer' | 'machine' | 'held';
};

/** Something to copy elsewhere before a form can be sent, such as a policy. */
export type Guidance = {
  readonly title: string;
  readonly text: string;
  readonly format: Remediation['format'];
  /** Another way to do what stands before it. */
  readonly alternative?: true;
};

/** What a person entered, by field id. */
export type FieldValues = Readonly<Record<string, unknown>>;

/** One sentence for each field that cannot be accepted: what is wrong and what to do. */
export type FieldProblems = Readonly<Record<string, string>>;

export type ParsedCredential =
  | {
      readonly ok: true;
      /** All fields; this is what gets sealed. */
      readonly credential: Readonly<Record<string, string>>;
      /** The fields that say where it leads and are no secret. */
      readonly target: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly problems: FieldProblems };

const remains = '[\\s\\u200B-\\u200D\\u2060\\uFEFF]*';

/** A pattern that lets pass what copying leaves at the ends of a text. */
export function pastedPattern(regex: string, message: string): Pattern {
  return { regex: `^${remains}(?:${regex})${remains}$`, message };
}

/** Spaces, line ends and invisible characters that come along when something is copied. */
const pasteRemains = /^[\s\u200B-\u200D\u2060\uFEFF]+|[\s\u200B-\u200D\u2060\uFEFF]+$/g;

/** A text field without what copying left at its ends. */
export function pastedText(missing: string) {
  return z
    .string({ error: missing })
    .transform((text) => text.replace(pasteRemains, ''))
    .pipe(z.string().min(1, missing));
}

/** An optional text field; blank counts as absent. */
export function optionalPastedText() {
  return z
    .string()
    .transform((text) => text.replace(pasteRemains, '') || undefined)
    .optional();
}

/** What is said where a schema has no words of its own: never those of the library, which are not for people. */
export const inOurWords = {
  error(issue: z.core.$ZodRawIssue): string {
    if (issue.code === 'invalid_value') return `Choose one of: ${issue.values.join(', ')}.`;
    return issue.code === 'invalid_type' ? 'Enter this as text.' : 'This cannot be read. Enter it anew.';
  },
};

/** The sentence for each field that a schema refused; only the first per field. */
export function fieldProblems(error: z.ZodError): FieldProblems {
  const problems: Record<string, string> = {};
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) problems[key] ??= `There is no field "${key}" here.`;
      continue;
    }
    problems[String(issue.path[0] ?? 'input')] ??= issue.message;
  }
  return problems;
}

/** Drops absent optional fields, so that what is sealed holds texts only. */
export function onlyTexts(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
