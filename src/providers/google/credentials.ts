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
import { declaredFields } from './form.ts';
import { homeOf } from './home.ts';
import { keyFileWith, readKeyFile } from './key-file.ts';

/** The fields as they are entered. */
const Entered = schemaOf(declaredFields);

const common = {
  /** The service account. */
  clientEmail: z.string(),
  projectId: z.string(),
  hostProjectId: z.string().optional(),
  /** A subnetwork of the host project, as `REGION/NAME`. */
  subnetwork: z.string().optional(),
  /** The service account that build machines run as; the default one of the project when absent. */
  instanceServiceAccount: z.string().optional(),
};

/** A credential as it stands sealed in the store: of the key file four fields, and nothing else; or no secret at all. */
export const GoogleCredential = z.union([
  z.object({
    ...common,
    authentication: z.literal('key-file').default('key-file'),
    privateKey: z.string(),
    privateKeyId: z.string(),
  }),
  z.object({
    ...common,
    authentication: z.literal('impersonation'),
    poolProjectNumber: z.string(),
    pool: z.string(),
    poolProvider: z.string(),
  }),
]);
export type GoogleCredential = z.infer<typeof GoogleCredential>;
export type KeyCredential = Extract<GoogleCredential, { authentication: 'key-file' }>;
export type TrustingCredential = Extract<GoogleCredential, { authentication: 'impersonation' }>;

const sharedVpc = 'shared-vpc';

/** Where a credential is used. */
export function targetOf({
  projectId,
  hostProjectId,
  subnetwork,
}: Pick<GoogleCredential, 'projectId' | 'hostProjectId' | 'subnetwork'>): Record<string, string> {
  return {
    project: projectId,
    ...(hostProjectId && { hostProject: hostProjectId }),
    ...(subnetwork && { subnetwork }),
  };
}

type Chosen = {
  readonly hostProjectId?: string | undefined;
  readonly subnetwork?: { readonly project?: string | undefined } | undefined;
  readonly instanceServiceAccount?: string | undefined;
};

/** What fields and options say to each other. */
function contradictions(chosen: Chosen, options: readonly string[]): FieldProblems {
  const { hostProjectId, subnetwork, instanceServiceAccount } = chosen;
  const isElsewhere = subnetwork?.project && subnetwork.project !== hostProjectId;
  return {
    ...hostProjectProblems(hostProjectId, options),
    ...(subnetwork &&
      !options.includes(sharedVpc) && {
        subnetwork: 'A subnetwork counts with the option Shared VPC only. Choose it, or leave this empty.',
      }),
    ...(isElsewhere && {
      subnetwork: `This subnetwork lies in ${subnetwork.project}, which is not the host project entered above.`,
    }),
    ...(instanceServiceAccount &&
      options.includes('no-service-account') && {
        instanceServiceAccount:
          'Build machines run as no service account with that option. Take it away, or leave this empty.',
      }),
  };
}

function hostProjectProblems(host: string | undefined, options: readonly string[]): FieldProblems {
  if (options.includes(sharedVpc) && !host)
    return { hostProjectId: 'Enter the host project of the Shared VPC, or take the option Shared VPC away.' };
  if (!options.includes(sharedVpc) && host)
    return {
      hostProjectId: 'A host project counts with the option Shared VPC only. Choose it, or leave this empty.',
    };
  return {};
}

/** What only a service account that trusts the bot has, where it is asked for. */
const keylessFields = ['serviceAccount', 'poolProjectNumber', 'pool', 'poolProvider'] as const;
const missing: Readonly<Record<(typeof keylessFields)[number], string>> = {
  serviceAccount: 'Enter the service account that XOAP uses.',
  poolProjectNumber: 'Enter the number of the project that the pool is in.',
  pool: 'Enter the id of the workload identity pool.',
  poolProvider: 'Enter the id of the provider in the pool.',
};

/** What is absent of one way to sign in, and what is there of the other one. */
function wayProblems(entered: z.infer<typeof Entered>): FieldProblems {
  const isKeyless = entered.authentication === 'impersonation';
  const found = keylessFields.flatMap((field) => {
    if (isKeyless && !entered[field]) return [[field, missing[field]]];
    // The others stand there by themselves: unless said otherwise, or since they are those of a key.
    const isStray = !isKeyless && entered[field] && field === 'poolProjectNumber';
    return isStray ? [[field, 'This belongs to the authentication impersonation. Leave it empty.']] : [];
  });
  if (isKeyless && entered.keyFile.trim())
    found.push(['keyFile', 'With impersonation there is no key. Leave this empty.']);
  return Object.fromEntries(found);
}

/** What signs in: the key in the file, or the trust in the bot. */
function signer(entered: z.infer<typeof Entered>) {
  const { serviceAccount = '', poolProjectNumber = '', pool = '', poolProvider = '' } = entered;
  if (entered.authentication === 'impersonation') {
    const trusting = { clientEmail: serviceAccount, poolProjectNumber, pool, poolProvider };
    return { fields: trusting, projectId: homeOf(serviceAccount) };
  }
  const file = readKeyFile(entered.keyFile);
  return 'problem' in file ? file : { fields: file.key, projectId: file.key.projectId };
}

/** Accepts or refuses what was entered, by its form alone. */
export function parse(values: FieldValues, profileOptions: readonly string[] = []): ParsedCredential {
  const entered = Entered.safeParse(values, inOurWords);
  if (!entered.success) {
    const isFile = values.authentication !== 'impersonation';
    const file = readKeyFile(typeof values.keyFile === 'string' ? values.keyFile : '');
    const inFile = isFile && 'problem' in file ? { keyFile: file.problem } : {};
    return { ok: false, problems: { ...inFile, ...fieldProblems(entered.error) } };
  }
  const signs = signer(entered.data);
  const { authentication, subnetwork, hostProjectId, instanceServiceAccount } = entered.data;
  const projectId = entered.data.projectId ?? ('projectId' in signs ? signs.projectId : undefined);
  const problems = {
    ...('problem' in signs && { keyFile: signs.problem }),
    ...(!projectId &&
      !('problem' in signs) && { projectId: 'Enter the id of the project that machines are started in.' }),
    ...wayProblems(entered.data),
    ...contradictions(entered.data, profileOptions),
  };
  if ('problem' in signs || !projectId || Object.keys(problems).length > 0) return { ok: false, problems };
  const credential = {
    ...signs.fields,
    authentication,
    hostProjectId,
    instanceServiceAccount,
    projectId,
    subnetwork: subnetwork && `${subnetwork.region}/${subnetwork.name}`,
  };
  return { ok: true, credential: onlyTexts(credential), target: targetOf(credential) };
}

/** What was entered; the key file with those of its fields that are kept. */
export function enteredOf({
  clientEmail,
  privateKey,
  privateKeyId,
  ...entered
}: Readonly<Record<string, string>>): FieldValues {
  const all = { ...entered, serviceAccount: clientEmail };
  if (entered.authentication === 'impersonation') return all;
  return { ...all, keyFile: keyFileWith({ clientEmail, privateKey, privateKeyId, ...entered }) };
}

/** The private key, and each line of it. */
export function secretsIn({ privateKey = '' }: Readonly<Record<string, string>>): string[] {
  const lines = privateKey.split('\n').filter((line) => line.length > 16 && !line.startsWith('-----'));
  return privateKey ? [privateKey, privateKey.trim(), ...lines] : [];
}
