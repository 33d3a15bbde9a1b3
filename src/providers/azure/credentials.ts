import type { z } from 'zod';
import {
  type FieldValues,
  fieldProblems,
  inOurWords,
  onlyTexts,
  type ParsedCredential,
  schemaOf,
} from '../credential-form.ts';
import { declaredFields } from './form.ts';
import { spreadOutput } from './pasted-output.ts';

/** Where a credential leads; the cloud is named where it is not the public one. */
export function targetOf({
  subscriptionId,
  cloud: chosen,
}: Pick<AzureCredential, 'subscriptionId' | 'cloud'>) {
  return { subscription: subscriptionId, ...(chosen !== 'public' && { cloud: chosen }) };
}

/** The fields as they are entered, and as they stand sealed in the store. */
export const AzureCredential = schemaOf(declaredFields);
export type AzureCredential = z.infer<typeof AzureCredential>;

/** A day that has passed is a slip when it is entered; later it comes by itself. */
const NewCredential = AzureCredential.refine(
  ({ secretExpiresOn: day }) => day === undefined || day >= new Date().toISOString().slice(0, 10),
  {
    path: ['secretExpiresOn'],
    error: 'This day has passed. Enter when the secret expires, or make a new one if it has.',
  },
);

/** Accepts or refuses what was entered, by its form alone. */
export function parse(values: FieldValues): ParsedCredential {
  const parsed = NewCredential.safeParse(spreadOutput(values), inOurWords);
  if (!parsed.success) return { ok: false, problems: fieldProblems(parsed.error) };
  return { ok: true, credential: onlyTexts(parsed.data), target: targetOf(parsed.data) };
}
