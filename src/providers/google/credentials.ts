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
import { keyFileWith, readKeyFile } from './key-file.ts';

/** The fields as they are entered. */
const Entered = schemaOf(declaredFields);

/** A credential as it stands sealed in the store: of the key file four fields, and nothing else. */
export const GoogleCredential = z.object({
  clientEmail: z.string(),
  privateKey: z.string(),
  privateKeyId: z.string(),
  projectId: z.string(),
  hostProjectId: z.string().optional(),
  /** A subnetwork of the host project, as `REGION/NAME`. */
  subnetwork: z.string().optional(),
  /** The service account that build machines run as; the default one of the project when absent. */
  instanceServiceAccount: z.string().optional(),
});
export type GoogleCredential = z.infer<typeof GoogleCredential>;

const sharedVpc = 'shared-vpc';

/** Where a credential is used. */
export function targetOf({ projectId, hostProjectId, subnetwork }: GoogleCredential): Record<string, string> {
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

/** Accepts or refuses what was entered, by its form alone. */
export function parse(values: FieldValues, profileOptions: readonly string[] = []): ParsedCredential {
  const entered = Entered.safeParse(values, inOurWords);
  const file = readKeyFile(typeof values.keyFile === 'string' ? values.keyFile : '');
  const problems = {
    ...('problem' in file && { keyFile: file.problem }),
    ...(entered.success ? contradictions(entered.data, profileOptions) : fieldProblems(entered.error)),
  };
  if (!entered.success || 'problem' in file || Object.keys(problems).length > 0)
    return { ok: false, problems };
  const { projectId = file.key.projectId, subnetwork, keyFile: _file, ...others } = entered.data;
  const credential: GoogleCredential = {
    ...file.key,
    ...others,
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
  return { ...entered, keyFile: keyFileWith({ clientEmail, privateKey, privateKeyId, ...entered }) };
}

/** The private key, and each line of it. */
export function secretsIn({ privateKey = '' }: Readonly<Record<string, string>>): string[] {
  const lines = privateKey.split('\n').filter((line) => line.length > 16 && !line.startsWith('-----'));
  return [privateKey, privateKey.trim(), ...lines];
}
