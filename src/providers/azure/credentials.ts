import { z } from 'zod';
import {
  type FieldProblems,
  type FieldValues,
  fieldProblems,
  inOurWords,
  onlyTexts,
  type ParsedCredential,
  schemaOf,
} from '../credential-form.ts';
import { declaredFields, keylessFields } from './form.ts';
import { spreadOutput } from './pasted-output.ts';

/** Where a credential leads; the cloud is named where it is not the public one. */
export function targetOf({
  subscriptionId,
  cloud: chosen,
}: Pick<AzureCredential, 'subscriptionId' | 'cloud'>) {
  return { subscription: subscriptionId, ...(chosen !== 'public' && { cloud: chosen }) };
}

const Keyed = schemaOf(declaredFields);
const Keyless = schemaOf(keylessFields);

/** The fields as they are entered, and as they stand sealed in the store. */
export const AzureCredential = z.union([Keyed, Keyless]);
export type AzureCredential = z.infer<typeof AzureCredential>;

/** A day that has passed is a slip when it is entered; later it comes by itself. */
const NewKeyed = Keyed.refine(
  ({ secretExpiresOn: day }) => day === undefined || day >= new Date().toISOString().slice(0, 10),
  {
    path: ['secretExpiresOn'],
    error: 'This day has passed. Enter when the secret expires, or make a new one if it has.',
  },
);

const isKeyless = ({ authentication }: FieldValues) => authentication === 'federated';

/** Without what says how a secret is entered, which may stand there from before. */
const withoutSecret = ({ entry: _entry, output: _output, ...values }: FieldValues): FieldValues => values;

/** Spreads what was pasted over the fields it belongs to, where a secret is entered at all. */
export const spread = (values: FieldValues): FieldValues =>
  isKeyless(values) ? withoutSecret(values) : spreadOutput(values);

/** What was entered in the chosen way: what was entered in the other one, before it was changed, is left out. */
function asChosen({ output, ...values }: FieldValues): FieldValues {
  if (isKeyless(values)) return withoutSecret(values);
  if (values.entry !== 'output') return values;
  const { tenantId: _tenant, clientId: _client, clientSecret: _secret, ...others } = values;
  return { ...others, output };
}

/** The problems of what an output should hold, beside it: the fields that it fills are not there. */
function besideOutput({ tenantId, clientId, clientSecret, ...others }: FieldProblems): FieldProblems {
  if (!(tenantId ?? clientId ?? clientSecret)) return others;
  return {
    ...others,
    output:
      'This is not all that the command printed: it goes from { to } and names appId, password and tenant. Copy it anew, or enter it field by field.',
  };
}

/** Accepts or refuses what was entered, by its form alone. */
export function parse(values: FieldValues): ParsedCredential {
  const { entry, output: _output, ...fields } = spreadOutput(asChosen(values));
  const parsed = (isKeyless(fields) ? Keyless : NewKeyed).safeParse(fields, inOurWords);
  if (!parsed.success) {
    const problems = fieldProblems(parsed.error);
    return { ok: false, problems: entry === 'output' ? besideOutput(problems) : problems };
  }
  return { ok: true, credential: onlyTexts(parsed.data), target: targetOf(parsed.data) };
}
