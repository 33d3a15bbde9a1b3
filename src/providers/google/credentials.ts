import { z } from 'zod';
import {
  type FieldProblems,
  type FieldValues,
  fieldProblems,
  onlyTexts,
  type ParsedCredential,
  schemaOf,
} from '../credential-form.ts';
import { declaredFields } from './form.ts';
import { readKeyFile } from './key-file.ts';

/** The fields as they are entered. */
const Entered = schemaOf(declaredFields);

/** A credential as it stands sealed in the store: of the key file four fields, and nothing else. */
export const GoogleCredential = z.object({
  clientEmail: z.string(),
  privateKey: z.string(),
  privateKeyId: z.string(),
  projectId: z.string(),
  hostProjectId: z.string().optional(),
  /** The service account that build machines run as. */
  instanceServiceAccount: z.string(),
});
export type GoogleCredential = z.infer<typeof GoogleCredential>;

const sharedVpc = 'shared-vpc';

/** What field and option say to each other. */
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
  const entered = Entered.safeParse(values);
  const file = readKeyFile(typeof values.keyFile === 'string' ? values.keyFile : '');
  const host = entered.success ? entered.data.hostProjectId : undefined;
  const problems = {
    ...('problem' in file && { keyFile: file.problem }),
    ...(entered.success ? hostProjectProblems(host, profileOptions) : fieldProblems(entered.error)),
  };
  if (!entered.success || 'problem' in file || Object.keys(problems).length > 0)
    return { ok: false, problems };
  const { clientEmail } = file.key;
  const {
    projectId = file.key.projectId,
    hostProjectId,
    instanceServiceAccount = clientEmail,
  } = entered.data;
  const credential = { ...file.key, projectId, hostProjectId, instanceServiceAccount };
  return {
    ok: true,
    credential: onlyTexts(credential),
    target: { project: projectId, ...(hostProjectId && { hostProject: hostProjectId }) },
  };
}

/** The private key, and each line of it. */
export function secretsIn({ privateKey = '' }: Readonly<Record<string, string>>): string[] {
  const lines = privateKey.split('\n').filter((line) => line.length > 16 && !line.startsWith('-----'));
  return [privateKey, privateKey.trim(), ...lines];
}
