import { fromIni } from '@aws-sdk/credential-provider-ini';
import { loadSharedConfigFiles } from '@smithy/core/config';
import { AppError } from '../../errors.ts';
import type { FoundCredential, Machine } from '../machine.ts';
import { fromVariables } from '../machine.ts';

const names = {
  accessKeyId: ['AWS_ACCESS_KEY_ID'],
  secretAccessKey: ['AWS_SECRET_ACCESS_KEY'],
  sessionToken: ['AWS_SESSION_TOKEN'],
};
const regionNames = { region: ['AWS_REGION', 'AWS_DEFAULT_REGION'] };

/** The credential of a profile, of whatever kind: with keys, a role, a process or a single sign-on. */
async function ofProfile(profile: string, variables: Machine['variables']): Promise<FoundCredential> {
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  if (!(profile in configFile || profile in credentialsFile)) {
    throw new AppError(`There is no AWS profile "${profile}". "aws configure list-profiles" lists them.`, {
      code: 'machine.unreadable',
    });
  }
  const region = fromVariables(variables, regionNames).values.region ?? configFile[profile]?.region;
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await fromIni({ profile, ignoreCache: true })();
    const key = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
    return { values: { ...key, ...(region && { region }) }, from: `the AWS profile ${profile}` };
  } catch (cause) {
    throw new AppError(
      `The AWS profile "${profile}" gives no credential. Where it signs in through the browser, do so first: aws sso login --profile ${profile}`,
      { code: 'machine.unreadable', cause },
    );
  }
}

/**
 * The credential that the AWS CLI would find. A profile that was asked for counts before the variables with keys, and
 * these before AWS_PROFILE: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 */
export async function find({ variables, profile }: Machine): Promise<FoundCredential | undefined> {
  if (profile) return ofProfile(profile, variables);
  const { values, used } = fromVariables(variables, { ...names, ...regionNames });
  if (values.accessKeyId) return { values, from: used.join(', ') };
  return variables.AWS_PROFILE?.trim() ? ofProfile(variables.AWS_PROFILE.trim(), variables) : undefined;
}
