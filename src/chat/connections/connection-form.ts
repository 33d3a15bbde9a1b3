import { heldField } from '../../held/holdable.ts';
import { documentedProfile } from '../../providers/profiles.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import type { Form, FormAnswers, FormField, FormValues } from '../model/form.ts';
import type { Span } from '../model/message.ts';
import { chosenProvider, credentialValues } from './connection-answers.ts';
import { credentialFields } from './credential-fields.ts';
import type { OfferedWays } from './offered-ways.ts';
import { purposeFields } from './purpose-fields.ts';

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

/** Questions with what was answered before. */
export function answered(fields: readonly FormField[], values: FormValues): FormField[] {
  return fields.map((field) => {
    const value = values[field.id];
    const text = typeof value === 'string' ? value : value?.join(',');
    return text ? { ...field, value: text } : field;
  });
}

/** What becomes of a secret that is entered. */
export const sealingNote = ({ label }: Provider) =>
  `The secret is sealed with this bot’s own key before it is stored, opened only by a worker that verifies it with ${label}, and never shown again.`;

const keylessNote = ({ label }: Provider) =>
  `No secret is entered and none is stored: ${label} lets the bot in for this connection alone, once what stands above is set up.`;

const heldNote =
  'No secret is entered and none is stored: the worker that holds the credential signs in with it, at the place that stands beside it. What is held is known here by its name alone.';

function providerNotes(provider: Provider, fields: readonly FormField[]): Span[][] {
  const hasSecret = fields.some(({ kind }) => kind === 'secret' || kind === 'file');
  const isHeld = fields.some(({ id }) => id === `${provider.id}.${heldField}`);
  const { url, title } = documentedProfile(provider).documentation;
  const becomes = isHeld ? heldNote : keylessNote(provider);
  return [
    ['What the credential needs: ', { link: url, text: title }],
    [hasSecret ? sealingNote(provider) : becomes],
  ];
}

export type ConnectionFormView = {
  readonly providers: Providers;
  readonly token: string;
  readonly type?: string;
  readonly provider?: Provider | undefined;
  /** What has been entered so far. */
  readonly values?: FormValues;
  readonly ways: OfferedWays;
};

/** The form to add a connection: first what kind, then, once the provider is known, its fields. */
export function connectionForm(view: ConnectionFormView): Form {
  const { providers, token, provider, values = {}, ways } = view;
  const type = view.type ?? provider?.type ?? firstTypeOf(providers);
  const shared = commonFields(providers, type).map((field) =>
    field.id === 'provider' && provider ? { ...field, value: provider.id } : field,
  );
  const base = { title: 'Add a connection', token, snippets: [] };
  if (!provider) {
    return { ...base, submitLabel: 'Next', fields: shared, notes: [] };
  }
  const fields = credentialFields(provider, values, ways);
  const shown = Object.fromEntries(fields.map(({ id, value }) => [id, value]));
  return {
    ...base,
    submitLabel: 'Add and verify',
    fields: [...shared, ...answered(detailFields, values), ...fields, ...purposeFields(provider, values)],
    notes: providerNotes(provider, fields),
    snippets: provider.guide?.(credentialValues(provider, shown), ways.trust) ?? [],
  };
}

/** The form as it must look for what has been chosen so far. */
export function redrawnForm(
  providers: Providers,
  { token, values }: Pick<FormAnswers, 'token' | 'values'>,
  ways: OfferedWays,
): Form {
  const type = typeof values.type === 'string' ? values.type : firstTypeOf(providers);
  const chosen = chosenProvider(providers, values);
  const offered = providers.all.filter((known) => known.type === type);
  // Where there is one only, it need not be chosen.
  const [only] = offered.length === 1 ? offered : [];
  const provider = chosen?.type === type ? chosen : only;
  return connectionForm({ providers, token, type, values, provider, ways });
}
