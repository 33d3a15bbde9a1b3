import {
  type ChoiceGroup,
  type CredentialField,
  conditionsOf,
  keylessWay,
  onlyTexts,
} from '../../providers/credential-form.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import type { PossibleTrust } from '../../providers/workload.ts';
import type { Form, FormAnswers, FormField, FormValues } from '../model/form.ts';
import type { Span } from '../model/message.ts';
import { chosenProvider, credentialValues } from './connection-answers.ts';

const providerTypes = [
  { value: 'cloud', label: 'Cloud provider' },
  { value: 'on-premises', label: 'On-premises' },
] as const;

/** The types that there are providers of. */
const typesOf = ({ all }: Providers) =>
  providerTypes.filter(({ value }) => all.some(({ type }) => type === value));

const firstTypeOf = (providers: Providers) => typesOf(providers)[0]?.value ?? 'cloud';

function commonFields(providers: Providers, providerType: string): FormField[] {
  const offered = providers.all.filter(({ type }) => type === providerType);
  const type: FormField = {
    id: 'type',
    label: 'Type',
    kind: 'select',
    choices: [{ label: 'Types', choices: typesOf(providers) }],
    value: providerType,
    redraws: true,
  };
  const choices = offered.map(({ id, label }) => ({ value: id, label }));
  return [
    type,
    {
      id: 'provider',
      label: 'Provider',
      kind: 'select',
      placeholder: 'Choose a provider',
      choices: [{ label: 'Providers', choices }],
      redraws: true,
    },
  ];
}

/** What is asked of every connection. */
export const detailFields: readonly FormField[] = [
  {
    id: 'name',
    label: 'Connection name',
    kind: 'text',
    placeholder: 'prod-eu',
    hint: 'Unique in this workspace.',
    maxLength: 80,
  },
  { id: 'description', label: 'Description', kind: 'multiline', optional: true, maxLength: 500 },
  {
    id: 'tags',
    label: 'Tags',
    kind: 'text',
    optional: true,
    placeholder: 'production, europe',
    hint: 'Separated by commas.',
    maxLength: 420,
  },
];

/** Whether a secret may have been pasted into the wrong field: it is not shown again. */
function mayHoldSecret(
  { pattern, maxLength = Number.POSITIVE_INFINITY }: Pick<FormField, 'pattern' | 'maxLength'>,
  value: string,
): boolean {
  if (value.length > maxLength) return true;
  const isStrange = pattern !== undefined && !new RegExp(pattern.regex).test(value);
  return isStrange || /(password|secret)["”]?\s*:/i.test(value);
}

/** The choices that the bot can keep. */
const offeredIn = ({ choices, ...group }: ChoiceGroup, hasIssuer: boolean): ChoiceGroup => ({
  ...group,
  choices: choices.filter(({ keyless }) => keyless !== 'issuer' || hasIssuer),
});

/** Whether there is anything to choose, where a choice is asked for. */
const isChoice = (groups?: readonly ChoiceGroup[]) =>
  groups === undefined || groups.flatMap(({ choices }) => choices).length > 1;

/** The provider's fields that are asked for, given what has been entered so far; presets and new values filled in. */
export function credentialFields(
  provider: Provider,
  values: FormValues,
  { hasIssuer = false } = {},
): FormField[] {
  const own = credentialValues(provider, values);
  const given = provider.spread?.(own) ?? own;
  const entered = (id: string) => {
    const value = given[id];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const presets = new Map(provider.fields.map(({ id, preset }) => [id, preset]));
  const known = onlyTexts(
    Object.fromEntries(provider.fields.map(({ id }) => [id, entered(id) ?? presets.get(id)])),
  );
  const isGuided = keylessWay(provider.fields, known) !== undefined;
  const offered = (field: CredentialField) => field.choices?.map((group) => offeredIn(group, hasIssuer));
  const isAsked = (field: CredentialField) =>
    conditionsOf(field).every((only) => only.values.includes(known[only.field] ?? ''));
  return provider.fields
    .filter((field) => isAsked(field) && isChoice(offered(field)))
    .map((field) => {
      const { id, preset, generate, guides, optionalInForm, onlyWhen: _onlyWhen, ...shown } = field;
      const value = entered(id) ?? generate?.() ?? preset;
      const isSecret = field.kind === 'secret' || field.kind === 'file';
      const isKept = value !== undefined && !isSecret && !mayHoldSecret(field, value);
      const choices = offered(field);
      const redraws = field.redraws || (isGuided && guides);
      return {
        ...shown,
        ...(choices && { choices }),
        ...(redraws && { redraws }),
        optional: field.optional ?? optionalInForm ?? false,
        comesLater: optionalInForm ?? false,
        id: `${provider.id}.${id}`,
        ...(isKept && { value }),
      };
    });
}

/** Questions with what was answered before. */
export function answered(fields: readonly FormField[], values: FormValues): FormField[] {
  return fields.map((field) => {
    const value = values[field.id];
    const text = typeof value === 'string' ? value : value?.join(',');
    return text ? { ...field, value: text } : field;
  });
}

/** The question for profile options, where a provider has any. */
export function optionsField({ id, catalog }: Provider): FormField[] {
  if (catalog.options.length === 0) return [];
  const choices = catalog.options.map(({ id: value, label, hint: description }) => ({
    value,
    label,
    description,
  }));
  return [
    {
      id: `${id}.profileOptions`,
      label: 'Profile options',
      kind: 'checkboxes',
      optional: true,
      hint: 'What your builds need beyond the documented minimum.',
      choices: [{ label: 'Options', choices }],
    },
  ];
}

/** What becomes of a secret that is entered. */
export const sealingNote = ({ label }: Provider) =>
  `The secret is sealed with this bot’s own key before it is stored, opened only by a worker that verifies it with ${label}, and never shown again.`;

const keylessNote = ({ label }: Provider) =>
  `No secret is entered and none is stored: ${label} lets the bot in for this connection alone, once what stands above is set up.`;

function providerNotes(provider: Provider, fields: readonly FormField[]): Span[][] {
  const hasSecret = fields.some(({ kind }) => kind === 'secret' || kind === 'file');
  const { url, title } = provider.catalog.documentation;
  return [
    ['What the credential needs: ', { link: url, text: title }],
    [hasSecret ? sealingNote(provider) : keylessNote(provider)],
  ];
}

export type ConnectionFormView = {
  readonly providers: Providers;
  readonly token: string;
  readonly type?: string;
  readonly provider?: Provider | undefined;
  /** What has been entered so far. */
  readonly values?: FormValues;
  /** What a provider is to trust, where it trusts the bot. */
  readonly trust: PossibleTrust;
};

/** The form to add a connection: first what kind, then, once the provider is known, its fields. */
export function connectionForm(view: ConnectionFormView): Form {
  const { providers, token, provider, values = {}, trust } = view;
  const type = view.type ?? provider?.type ?? firstTypeOf(providers);
  const shared = commonFields(providers, type).map((field) =>
    field.id === 'provider' && provider ? { ...field, value: provider.id } : field,
  );
  const base = { title: 'Add a connection', token, snippets: [] };
  if (!provider) {
    return { ...base, submitLabel: 'Next', fields: shared, notes: [] };
  }
  const fields = credentialFields(provider, values, { hasIssuer: trust.issuer !== undefined });
  const shown = Object.fromEntries(fields.map(({ id, value }) => [id, value]));
  return {
    ...base,
    submitLabel: 'Add and verify',
    fields: [
      ...shared,
      ...answered(detailFields, values),
      ...fields,
      ...answered(optionsField(provider), values),
    ],
    notes: providerNotes(provider, fields),
    snippets: provider.guide?.(credentialValues(provider, shown), trust) ?? [],
  };
}

/** The form as it must look for what has been chosen so far. */
export function redrawnForm(
  providers: Providers,
  { token, values }: Pick<FormAnswers, 'token' | 'values'>,
  trust: PossibleTrust,
): Form {
  const type = typeof values.type === 'string' ? values.type : firstTypeOf(providers);
  const chosen = chosenProvider(providers, values);
  const offered = providers.all.filter((known) => known.type === type);
  // Where there is one only, it need not be chosen.
  const [only] = offered.length === 1 ? offered : [];
  const provider = chosen?.type === type ? chosen : only;
  return connectionForm({ providers, token, type, values, provider, trust });
}
