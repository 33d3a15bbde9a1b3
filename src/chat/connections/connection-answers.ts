import type { Actor } from '../../access/policy.ts';
import { ConnectionDetails } from '../../connections/connection.ts';
import { type FieldProblems, fieldProblems } from '../../providers/credential-form.ts';
import { profileOptionsProblem } from '../../providers/profile-options.ts';
import type { Provider, ProviderId, Providers } from '../../providers/provider.ts';
import type { Form, FormValues } from '../model/form.ts';
import { connectionForm, credentialValues } from './connection-form.ts';

export type FormRequest = {
  readonly actor: Actor;
  /** The form's token, as it came back. */
  readonly token: string;
  readonly values: FormValues;
};
/** `once` is unique to the request, such as its signature. */
export type Submission = FormRequest & { readonly once: string };

/** The provider that was chosen, if it is one we know. */
export function chosenProvider(providers: Providers, values: FormValues): Provider | undefined {
  return typeof values.provider === 'string' ? providers.find(values.provider) : undefined;
}

/** The form as it must look for what has been chosen so far. */
export function redrawnForm(providers: Providers, { token, values }: FormRequest): Form {
  const type = typeof values.type === 'string' ? values.type : 'cloud';
  const chosen = chosenProvider(providers, values);
  const offered = providers.all.filter((known) => known.type === type);
  // Where there is one only, it need not be chosen.
  const [only] = offered.length === 1 ? offered : [];
  const provider = chosen?.type === type ? chosen : only;
  return connectionForm({ providers, token, type, values, provider });
}

export type Accepted = {
  readonly details: ConnectionDetails;
  readonly credential: Readonly<Record<string, string>>;
  readonly target: Readonly<Record<string, string>>;
  readonly profileOptions: string[];
};

/** A provider's problems, beside the fields of the form. */
export function underProvider(id: ProviderId, problems: FieldProblems): Record<string, string> {
  return Object.fromEntries(Object.entries(problems).map(([field, text]) => [`${id}.${field}`, text]));
}

/** Accepts what was filled in, or says what is wrong with which field. */
export function readSubmission(
  provider: Provider,
  values: FormValues,
): Accepted | { problems: Record<string, string> } {
  const details = ConnectionDetails.safeParse({
    name: values.name,
    description: values.description,
    tags: values.tags,
  });
  const chosen = values[`${provider.id}.profileOptions`] ?? [];
  const profileOptions = typeof chosen === 'string' ? [chosen] : chosen;
  const parsed = provider.parse(credentialValues(provider, values), profileOptions, { toBeChosen: true });
  const optionsProblem = profileOptionsProblem(provider.catalog, profileOptions);
  const problems: Record<string, string> = {
    ...(details.success ? {} : fieldProblems(details.error)),
    ...underProvider(provider.id, parsed.ok ? {} : parsed.problems),
    ...(optionsProblem && { [`${provider.id}.profileOptions`]: optionsProblem }),
  };
  if (!details.success || !parsed.ok || optionsProblem) return { problems };
  const { credential, target } = parsed;
  return { details: details.data, credential, target, profileOptions: [...profileOptions] };
}
