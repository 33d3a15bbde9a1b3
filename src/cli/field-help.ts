import { type CredentialField, conditionsOf } from '../providers/credential-form.ts';
import { optionsOf } from '../providers/profiles.ts';
import type { Provider } from '../providers/provider.ts';
import { tokenFileField } from './token-file.ts';
import { describeTerm, wrap } from './wrap.ts';

/** Choices that are named one by one; of more there is an example. */
const mostNamed = 6;
const column = 26;

/** The fields of a credential; those that only say how a form is filled in are none. */
export const credentialFields = ({ fields }: Provider): CredentialField[] =>
  fields.filter(({ formOnly }) => !formOnly);

/** What a field is, in a line or two. */
function describe(given: CredentialField): string {
  const { label, kind, optional, choices = [] } = given;
  const values = choices.flatMap((group) => group.choices.map(({ value }) => value));
  const named = values.length > mostNamed ? `such as ${values[0]}` : `one of: ${values.join(', ')}`;
  const remarks = [
    kind === 'secret' && 'secret',
    kind === 'file' && 'secret; its text',
    kind === 'date' && 'such as 2027-11-22',
    values.length > 0 && named,
    optional && 'optional',
    ...conditionsOf(given)
      .filter(({ field }) => field !== 'entry')
      .map(({ field, values: wanted }) => `with ${field} ${wanted.join(' or ')}`),
  ].filter(Boolean);
  return remarks.length > 0 ? `${label} (${remarks.join('; ')})` : label;
}

/** What help says about a provider's credential: its fields, where it is read from, and how to give it. */
export function fieldHelp(provider: Provider): string {
  const { id, profiles, onMachine } = provider;
  const options = optionsOf(profiles).map((option) => option.id);
  const isKeyless = provider.fields.some(({ choices = [] }) =>
    choices.some((group) => group.choices.some(({ keyless }) => keyless === 'issuer')),
  );
  const terms = [
    ...credentialFields(provider).map((field) => [field.id, describe(field)] as const),
    ...(options.length > 0
      ? [['profileOptions', `A list, from: ${options.join(', ')} (optional)`] as const]
      : []),
    ...(isKeyless
      ? [[tokenFileField, 'The path of a file with a token, where no secret is used (optional)'] as const]
      : []),
    [
      'accepted',
      'What is taken as it is: a list of { requirement, until, reason }, with group where only one is meant (optional)',
    ] as const,
  ];
  const machine = onMachine && `Without input the credential is read from ${onMachine.places}.`;
  return [
    'The credential is one JSON object with these fields:',
    ...terms.map(([term, text]) => describeTerm(term, text, column)),
    '',
    wrap(`Keep it in a file that only you can read, or let another program write it. ${machine ?? ''}`, ''),
    '',
    'Examples:',
    `  xoap verify ${id} --file credential.json`,
    `  xoap verify ${id} --format markdown < credential.json`,
    ...(onMachine?.hasProfiles ? [`  xoap verify ${id} --profile builds`] : []),
  ].join('\n');
}
