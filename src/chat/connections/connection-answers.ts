import type { ProviderId } from '../../catalog/profile.ts';
import { ConnectionDetails } from '../../connections/connection.ts';
import { heldName } from '../../held/holdable.ts';
import {
  type FieldProblems,
  fieldProblems,
  inOurWords,
  keylessWay,
  settingsIn,
} from '../../providers/credential-form.ts';
import type { Provider, Providers } from '../../providers/provider.ts';
import type { FormValues } from '../model/form.ts';
import { readPurpose } from './purpose-fields.ts';

/** The provider that was chosen, if it is one we know. */
export function chosenProvider(providers: Providers, values: FormValues): Provider | undefined {
  return typeof values.provider === 'string' ? providers.find(values.provider) : undefined;
}

/** The answers that belong to a provider, under the names its schema knows. */
export function credentialValues(provider: Provider, values: FormValues): Record<string, unknown> {
  const entries = provider.fields.map(({ id }) => [id, values[`${provider.id}.${id}`]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

export type Accepted = {
  readonly details: ConnectionDetails;
  readonly credential: Readonly<Record<string, string>>;
  readonly target: Readonly<Record<string, string>>;
  readonly profiles: string[];
  readonly profileOptions: string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly keyless: string | undefined;
  readonly held: string | undefined;
};

/** A provider's problems, beside the fields of the form. */
export function underProvider(id: ProviderId, problems: FieldProblems): Record<string, string> {
  return Object.fromEntries(Object.entries(problems).map(([field, text]) => [`${id}.${field}`, text]));
}

/** Accepts what was filled in, or says what is wrong with which field. */
export function readAnswers(
  provider: Provider,
  values: FormValues,
): Accepted | { problems: Record<string, string> } {
  const { name, description, tags } = values;
  const details = ConnectionDetails.safeParse({ name, description, tags }, inOurWords);
  const { purpose, problems: wrong } = readPurpose(provider, values);
  const parsed = provider.parse(credentialValues(provider, values), purpose.profileOptions, {
    toBeChosen: true,
  });
  const problems: Record<string, string> = {
    ...(details.success ? {} : fieldProblems(details.error)),
    ...underProvider(provider.id, parsed.ok ? {} : parsed.problems),
    ...wrong,
  };
  if (!details.success || !parsed.ok || Object.keys(wrong).length > 0) return { problems };
  const { credential, target } = parsed;
  const settings = settingsIn(provider.fields, credential);
  const keyless = keylessWay(provider.fields, credential)?.value;
  const held = heldName(credential);
  return { details: details.data, credential, target, ...purpose, settings, keyless, held };
}
