import { z } from 'zod';
import {
  type Choice,
  type CredentialField,
  conditionsOf,
  type FieldValues,
  fieldProblems,
  type ParsedCredential,
} from '../providers/credential-form.ts';
import type { Provider } from '../providers/provider.ts';

/** The field that says how a connection signs in. */
export const wayField = 'authentication';
/** The way of a connection whose credential a worker holds. */
export const heldWay = 'held';
/** The field with the name of what is held. */
export const heldField = 'held';

const heldChoice: Choice = { value: heldWay, label: 'The worker holds it', keyless: 'held' };

/** Of a provider that declares no ways to sign in. */
const enteredChoice: Choice = { value: 'entered', label: 'A credential that is entered here' };

/** What a connection has sealed whose credential a worker holds: its name, and nothing else. */
const HeldCredential = z.object({
  [wayField]: z.literal(heldWay),
  [heldField]: z
    .string({ error: 'Choose one of those that a worker holds.' })
    .regex(/^[\w.-]{1,100}$/, 'Choose one of those that a worker holds.'),
});

/** What a credential is called that a worker holds; undefined of any other. */
export function heldName(credential: Readonly<Record<string, string>>): string | undefined {
  const { data } = HeldCredential.safeParse(credential);
  return data?.[heldField];
}

/** The question for the way, with the worker's behind those without a secret and before those with one. */
function wayOf({ fields }: Provider): CredentialField {
  const own = fields.find(({ id }) => id === wayField) ?? {
    id: wayField,
    label: 'How it signs in',
    kind: 'select',
    optional: true,
    preset: enteredChoice.value,
    redraws: true,
    choices: [{ label: 'Ways', choices: [enteredChoice] }],
  };
  const choices = (own.choices ?? []).map((group) => ({
    ...group,
    choices: [
      ...group.choices.filter(({ keyless }) => keyless),
      heldChoice,
      ...group.choices.filter(({ keyless }) => !keyless),
    ],
  }));
  return { ...own, choices };
}

const whichField: CredentialField = {
  id: heldField,
  label: 'Which one',
  kind: 'select',
  placeholder: 'By its name',
  hint: 'Its file names the place too, so nothing else is asked.',
  onlyWhen: { field: wayField, values: [heldWay] },
  // Those that workers hold at the time; a provider knows none.
  choices: [],
};

/** The same provider, for connections too whose credential a worker holds: of these it knows a name alone. */
export function holdable(provider: Provider): Provider {
  const way = wayOf(provider);
  const declaresWay = provider.fields.some(({ id }) => id === wayField);
  const others = (way.choices ?? []).flatMap(({ choices }) => choices.map(({ value }) => value));
  const entered = { field: wayField, values: others.filter((value) => value !== heldWay) };
  const fields = provider.fields
    .filter(({ id }) => id !== wayField)
    .map((field): CredentialField => ({ ...field, onlyWhen: [...conditionsOf(field), entered] }));
  const before = provider.fields.findIndex(({ id }) => id === wayField);
  const isHeld = (values: FieldValues) => values[wayField] === heldWay;

  function parse(...[values, ...others]: Parameters<Provider['parse']>): ParsedCredential {
    const { [heldField]: _name, ...all } = values;
    const { [wayField]: _way, ...withoutWay } = all;
    if (!isHeld(values)) return provider.parse(declaresWay ? all : withoutWay, ...others);
    const parsed = HeldCredential.safeParse(values);
    if (!parsed.success) return { ok: false, problems: fieldProblems(parsed.error) };
    // Where it leads stands in the file.
    return { ok: true, credential: parsed.data, target: {} };
  }

  const { spread, refuse, guide, enteredOf } = provider;
  return {
    ...provider,
    fields: fields.toSpliced(Math.max(0, before), 0, way, whichField),
    parse,
    ...(spread && { spread: (values) => (isHeld(values) ? values : spread(values)) }),
    ...(refuse && { refuse: async (credential) => (isHeld(credential) ? {} : refuse(credential)) }),
    ...(guide && { guide: (values, trust) => (isHeld(values) ? [] : guide(values, trust)) }),
    ...(enteredOf && {
      enteredOf: (credential) => (isHeld(credential) ? credential : enteredOf(credential)),
    }),
  };
}
