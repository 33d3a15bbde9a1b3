import { z } from 'zod';
import {
  type FieldValues,
  fieldProblems,
  inOurWords,
  onlyTexts,
  type ParsedCredential,
  schemaOf,
} from '../credential-form.ts';
import { declaredFields, type KeyWay, keylessFields } from './form.ts';

type Problems = [field: string, message: string][];

function checked<Entered, Schema extends z.ZodType<Entered>>(
  schema: Schema,
  contradictions: (entered: z.output<Schema>) => Problems,
) {
  return schema.superRefine((entered, context) => {
    for (const [field, message] of contradictions(entered))
      context.addIssue({ code: 'custom', path: [field], message });
  });
}

/** A key, or a role that it assumes. */
const Keyed = checked(schemaOf(declaredFields), (entered) => [
  ...tokenProblems(entered),
  ...roleProblems(entered),
]);

const needsRole = ({ roleArn }: { readonly roleArn?: string | undefined }): Problems =>
  roleArn ? [] : [['roleArn', missingRole]];

/** A role that trusts the bot's tokens. */
const WebIdentity = checked(schemaOf(keylessFields('web-identity')), (entered) => [
  ...needsRole(entered),
  ...(entered.externalId ? ([['externalId', strayExternalId]] satisfies Problems) : []),
]);

/** A role that trusts the machine that verifies; in chat its External ID is nobody's choice. */
const OwnIdentity = checked(schemaOf(keylessFields('own-identity')), needsRole);

/** The fields as they are entered, and as they stand sealed in the store. */
export const AwsCredential = z.union([Keyed, WebIdentity, OwnIdentity]);
export type AwsCredential = z.infer<typeof AwsCredential>;

const missingRole = 'Enter the ARN of the role that XOAP uses.';
const strayExternalId = 'An External ID belongs to the authentication assume-role-cross-account.';

type EnteredKey = {
  readonly accessKeyId: string;
  readonly authentication: KeyWay;
  readonly sessionToken?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
};

/** A temporary key and its token, of which one is of no use without the other. */
function tokenProblems({ accessKeyId: id, sessionToken: token }: EnteredKey): Problems {
  if (id.startsWith('ASIA') && !token)
    return [
      ['sessionToken', 'A key that starts with ASIA is temporary and works only with its session token.'],
    ];
  if (id.startsWith('AKIA') && token)
    return [
      [
        'sessionToken',
        'A key that starts with AKIA is long-lived and has no session token. Leave this empty.',
      ],
    ];
  return [];
}

function roleProblems({ authentication, roleArn: role, externalId: external }: EnteredKey): Problems {
  const problems: Problems = [];
  if (authentication !== 'access-key' && !role) problems.push(['roleArn', missingRole]);
  if (authentication === 'assume-role-cross-account' && !external) {
    problems.push(['externalId', 'Enter the External ID that the role’s trust policy demands.']);
  }
  if (authentication === 'access-key' && (role || external)) {
    const field = role ? 'roleArn' : 'externalId';
    problems.push([field, 'A role is assumed only with another way to sign in.']);
  }
  if (authentication === 'assume-role' && external) problems.push(['externalId', strayExternalId]);
  return problems;
}

/** Accepts or refuses what was entered, by its form alone. */
export function parse(values: FieldValues): ParsedCredential {
  const keyless: Record<string, z.ZodType<AwsCredential>> = {
    'web-identity': WebIdentity,
    'own-identity': OwnIdentity,
  };
  const schema = keyless[String(values.authentication)] ?? Keyed;
  const parsed = schema.safeParse(values, inOurWords);
  if (!parsed.success) return { ok: false, problems: fieldProblems(parsed.error) };
  return { ok: true, credential: onlyTexts(parsed.data), target: { region: parsed.data.region } };
}
