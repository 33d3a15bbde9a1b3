import type { z } from 'zod';
import {
  type FieldValues,
  fieldProblems,
  inOurWords,
  onlyTexts,
  type ParsedCredential,
  schemaOf,
} from '../credential-form.ts';
import { type Authentication, declaredFields } from './form.ts';

/** The fields as they are entered, and as they stand sealed in the store. */
export const AwsCredential = schemaOf(declaredFields).superRefine((credential, context) => {
  for (const [field, message] of contradictions(credential)) {
    context.addIssue({ code: 'custom', path: [field], message });
  }
});
export type AwsCredential = z.infer<typeof AwsCredential>;

type Entered = {
  readonly accessKeyId: string;
  readonly authentication: z.infer<typeof Authentication>;
  readonly sessionToken?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly externalId?: string | undefined;
};

/** What cannot be true together, as field and sentence. */
function contradictions(entered: Entered): [field: string, message: string][] {
  const {
    accessKeyId: id,
    authentication,
    sessionToken: token,
    roleArn: role,
    externalId: external,
  } = entered;
  const problems: [string, string][] = [];
  if (id.startsWith('ASIA') && !token) {
    problems.push([
      'sessionToken',
      'A key that starts with ASIA is temporary and works only with its session token.',
    ]);
  }
  if (id.startsWith('AKIA') && token) {
    problems.push([
      'sessionToken',
      'A key that starts with AKIA is long-lived and has no session token. Leave this empty.',
    ]);
  }
  if (authentication !== 'access-key' && !role) {
    problems.push(['roleArn', 'Enter the ARN of the role that this key assumes.']);
  }
  if (authentication === 'assume-role-cross-account' && !external) {
    problems.push(['externalId', 'Enter the External ID that the role’s trust policy demands.']);
  }
  if (authentication === 'access-key' && (role || external)) {
    const field = role ? 'roleArn' : 'externalId';
    problems.push([
      field,
      'A role is assumed only with the authentication assume-role or assume-role-cross-account.',
    ]);
  }
  if (authentication === 'assume-role' && external) {
    problems.push(['externalId', 'An External ID belongs to the authentication assume-role-cross-account.']);
  }
  return problems;
}

/** Accepts or refuses what was entered, by its form alone. */
export function parse(values: FieldValues): ParsedCredential {
  const parsed = AwsCredential.safeParse(values, inOurWords);
  if (!parsed.success) return { ok: false, problems: fieldProblems(parsed.error) };
  return { ok: true, credential: onlyTexts(parsed.data), target: { region: parsed.data.region } };
}
