import { z } from 'zod';
import {
  type FieldValues,
  fieldProblems,
  onlyTexts,
  optionalPastedText,
  type ParsedCredential,
  pastedText,
} from '../credential-form.ts';
import { cloudOf } from './clouds.ts';
import { spreadOutput } from './pasted-output.ts';

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A GUID without the braces, capitals and path that it is sometimes copied with. */
function guidText(missing: string, wrong: string) {
  return pastedText(missing)
    .transform((text) =>
      text
        .replace(/^\/?subscriptions\//i, '')
        .replace(/^\{|\}$|\/$/g, '')
        .toLowerCase(),
    )
    .refine((text) => guid.test(text), { error: wrong });
}

const clientSecret = pastedText('Enter the client secret: the value, which is shown once when it is made.')
  .refine((secret) => !guid.test(secret.toLowerCase()), {
    error:
      'This is a Secret ID. Paste the Value of the secret, which stands beside it in the portal and is shown only once; if it is lost, make a new client secret.',
    abort: true,
  })
  .refine((secret) => /^[\x21-\x7e]+$/.test(secret), {
    error: 'A client secret has no spaces and no letters with accents. Something else was pasted with it.',
    abort: true,
  })
  .refine((secret) => secret.length >= 8, {
    error: 'This is too short for a client secret, so it was cut off. Copy it again as a whole.',
  });

const cloud = z
  .string()
  .default('public')
  .transform((text, context) => {
    const known = cloudOf(text || 'public');
    if (known) return known;
    context.addIssue('Choose one of: public, us-government, china.');
    return z.NEVER;
  });

const secretExpiresOn = optionalPastedText()
  // The Azure CLI prints a day and a time.
  .transform((text) => text?.replace(/T.*$/, ''))
  .refine((text) => text === undefined || z.iso.date().safeParse(text).success, {
    error: 'A date looks like 2027-11-22. Leave it empty for no reminder.',
  });

/** Where a credential leads; the cloud is named where it is not the public one. */
export function targetOf({
  subscriptionId,
  cloud: chosen,
}: Pick<AzureCredential, 'subscriptionId' | 'cloud'>) {
  return { subscription: subscriptionId, ...(chosen !== 'public' && { cloud: chosen }) };
}

/** The fields as they are entered, and as they stand sealed in the store. */
export const AzureCredential = z.strictObject({
  cloud,
  subscriptionId: guidText(
    'Enter the id of the subscription, a GUID (az account show --query id).',
    'A subscription id is a GUID, such as 00000000-0000-0000-0000-000000000000 (az account show --query id).',
  ),
  tenantId: guidText(
    'Enter the id of the tenant, a GUID; the command calls it "tenant".',
    'A tenant id is a GUID, not a domain name. It is called "tenant" in the output of the command.',
  ),
  clientId: guidText(
    'Enter the client id, a GUID; the command calls it "appId".',
    'A client id is a GUID; it is called "appId" in the output of the command, Application ID in the portal.',
  ),
  clientSecret,
  secretExpiresOn,
});
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
  const parsed = NewCredential.safeParse(spreadOutput(values));
  if (!parsed.success) return { ok: false, problems: fieldProblems(parsed.error) };
  return { ok: true, credential: onlyTexts(parsed.data), target: targetOf(parsed.data) };
}
