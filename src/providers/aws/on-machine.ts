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

type Profiles = Awaited<ReturnType<typeof loadSharedConfigFiles>>;

/** What a profile is made of, in both files. */
const settingsOf = ({ configFile, credentialsFile }: Profiles, name: string) => ({
  ...configFile[name],
  ...credentialsFile[name],
});

/** Why a profile gives no credential, by what kind of profile it is; never what a program or a service answered. */
function whyNone(profile: string, settings: Readonly<Record<string, string | undefined>>): string {
  if (settings.sso_session ?? settings.sso_start_url)
    return `Its sign-in through the browser is over or was never made. Run: aws sso login --profile ${profile}`;
  if (settings.mfa_serial)
    return 'It asks for a code (mfa_serial). Take a session with it first, and give that: aws sts get-session-token';
  if (settings.role_arn)
    return `The role ${settings.role_arn} could not be assumed with what the profile gives. "aws sts get-caller-identity --profile ${profile}" shows why.`;
  if (settings.credential_process) return 'Its credential_process ended without giving a credential.';
  return 'It holds no key and no way to one.';
}

/** The region of the environment, else that of a profile, and where it stands. */
function regionOf(variables: Machine['variables'], settings: Readonly<Record<string, string | undefined>>) {
  const { values, used } = fromVariables(variables, regionNames);
  const region = values.region ?? settings.region;
  return { region: region ? { region } : {}, from: used };
}

/** The credential of a profile, of whatever kind: with keys, a role, a process or a single sign-on. */
async function ofProfile(profile: string, variables: Machine['variables']): Promise<FoundCredential> {
  const files = await loadSharedConfigFiles({ ignoreCache: true });
  if (!(profile in files.configFile || profile in files.credentialsFile)) {
    throw new AppError(`There is no AWS profile "${profile}". "aws configure list-profiles" lists them.`, {
      code: 'machine.unreadable',
    });
  }
  const settings = settingsOf(files, profile);
  const { region, from } = regionOf(variables, settings);
  try {
    const { accessKeyId, secretAccessKey, sessionToken } = await fromIni({ profile, ignoreCache: true })();
    const key = { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
    return { values: { ...key, ...region }, from: [`the AWS profile ${profile}`, ...from].join(', ') };
  } catch (cause) {
    throw new AppError(`The AWS profile "${profile}" gives no credential. ${whyNone(profile, settings)}`, {
      code: 'machine.unreadable',
      cause,
    });
  }
}

/**
 * The credential that the AWS CLI would find. A profile that was asked for counts before the variables with keys, and
 * these before AWS_PROFILE: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-envvars.html
 */
export async function find({ variables, profile }: Machine): Promise<FoundCredential | undefined> {
  if (profile) return ofProfile(profile, variables);
  const named = variables.AWS_PROFILE?.trim();
  const { values, used } = fromVariables(variables, names);
  if (!values.accessKeyId) return named ? ofProfile(named, variables) : undefined;
  // A region belongs to no key, so that of the profile in force holds for keys of the environment too.
  const files = await loadSharedConfigFiles({ ignoreCache: true });
  const settings = settingsOf(files, named ?? 'default');
  const { region, from } = regionOf(variables, settings);
  const ofFile =
    region.region && from.length === 0 ? [`the region of the AWS profile ${named ?? 'default'}`] : [];
  return { values: { ...values, ...region }, from: [...used, ...from, ...ofFile].join(', ') };
}
