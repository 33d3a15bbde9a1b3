import { z } from 'zod';
import regionsFile from '../../catalog/aws-regions.json' with { type: 'json' };
import {
  type FieldValues,
  fieldProblems,
  onlyTexts,
  optionalPastedText,
  type ParsedCredential,
  pastedText,
} from '../credential-form.ts';

/** Region ids and names, as the documentation of AWS spells them. */
export const regions: readonly { readonly id: string; readonly name: string }[] = regionsFile.regions;

const accessKeyId = pastedText(
  'Enter the access key id: 20 characters that start with AKIA or ASIA.',
).superRefine((id, context) => {
  const problem = accessKeyIdProblem(id);
  if (problem) context.addIssue(problem);
});

function accessKeyIdProblem(id: string): string | undefined {
  if (/^(AKIA|ASIA)[A-Z0-9]{16}$/.test(id)) return undefined;
  if (/^(AIDA|AROA|AGPA|ANPA)/.test(id)) {
    return `${id.slice(0, 4)}… is the id of a user, role, group or policy. The access key id starts with AKIA or ASIA.`;
  }
  if (/^[A-Za-z0-9/+=]{40}$/.test(id)) {
    return 'This looks like a secret access key. The access key id has 20 characters and starts with AKIA or ASIA.';
  }
  if (/^(AKIA|ASIA)/.test(id) && id.length !== 20) {
    return `An access key id has 20 characters; this one has ${id.length}. Copy it again as a whole.`;
  }
  return 'An access key id has 20 capital letters and digits and starts with AKIA or ASIA.';
}

const secretAccessKey = pastedText(
  'Enter the secret access key that belongs to the access key id.',
).superRefine((secret, context) => {
  const problem = secretAccessKeyProblem(secret);
  if (problem) context.addIssue(problem);
});

function secretAccessKeyProblem(secret: string): string | undefined {
  if (/^[A-Za-z0-9/+=]{40}$/.test(secret)) return undefined;
  if (/^(AKIA|ASIA)[A-Z0-9]{16}$/.test(secret)) {
    return 'This is an access key id. The secret access key has 40 characters and is shown once, when the key is made.';
  }
  if (/[^A-Za-z0-9/+=]/.test(secret)) {
    return 'A secret access key has only letters, digits, "/", "+" and "=". Something else was pasted with it.';
  }
  const fault = secret.length < 40 ? 'was cut off' : 'has something added';
  return `A secret access key has 40 characters; this one has ${secret.length}, so it ${fault}. Copy it again as a whole.`;
}

/** How a connection signs in, as XOAP has them. */
const Authentication = z.enum(['access-key', 'assume-role', 'assume-role-cross-account'], {
  error: 'Choose one of: access-key, assume-role, assume-role-cross-account.',
});

const sessionToken = optionalPastedText().refine((token) => !token || /^[A-Za-z0-9/+=_-]{16,}$/.test(token), {
  error:
    'This is no session token: it is a long text of letters, digits and signs, without spaces. Copy it again as a whole.',
});

const roleArn = optionalPastedText().refine(
  (arn) => !arn || /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/.test(arn),
  { error: 'A role’s ARN looks like arn:aws:iam::123456789012:role/NAME. Copy it from the role’s page.' },
);

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const externalId = optionalPastedText().refine((id) => !id || /^[\w+=,.@:/-]{2,1224}$/.test(id), {
  error: 'An External ID has 2 to 1,224 letters, digits and the signs + = , . @ : / - and _.',
});

/** The fields as they are entered, and as they stand sealed in the store. */
export const AwsCredential = z
  .strictObject({
    region: pastedText('Choose a region.').refine((id) => regions.some((region) => region.id === id), {
      error: 'There is no such region. Use an id such as eu-central-1.',
    }),
    authentication: Authentication.default('access-key'),
    accessKeyId,
    secretAccessKey,
    sessionToken,
    roleArn,
    externalId,
  })
  .superRefine((credential, context) => {
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
  const parsed = AwsCredential.safeParse(values);
  if (!parsed.success) return { ok: false, problems: fieldProblems(parsed.error) };
  return { ok: true, credential: onlyTexts(parsed.data), target: { region: parsed.data.region } };
}
