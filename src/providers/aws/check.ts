import pLimit from 'p-limit';
import type { Identity } from '../../verification/verification.ts';
import type { CheckRequest } from '../provider.ts';
import type { AwsAnswer } from './answers.ts';
import { type AwsClient, createAwsClient } from './client.ts';
import { bySimulation, combine } from './combine.ts';
import { AwsCredential } from './credentials.ts';
import { identityOf } from './identity.ts';
import { leastPrivilege } from './policy-remediation.ts';
import { readDefaultVpc, readProbe } from './read-answers.ts';
import { joinRegions, lookElsewhere } from './regions.ts';
import type { AwsSettings } from './settings.ts';
import { assumeRoleError, isRefusedAltogether, regionNotEnabled, signInError } from './sign-in.ts';
import { askSimulator, type Simulation } from './simulation.ts';

/** EC2 throttles bursts; eight at once stay well below its limits. */
const probesAtOnce = 8;
const defaultVpc = 'prerequisite:default-vpc';
const createSecurityGroup = 'ec2:CreateSecurityGroup';

/** Signs in, asks, and emits one answer for each requirement. */
export async function checkAccount(request: CheckRequest, settings: AwsSettings = {}): Promise<void> {
  const { requirements, profileOptions, emit } = request;
  const credential = AwsCredential.parse(request.credential);
  const { region } = credential;
  const { client, own } = await signIn(credential, request, settings);
  try {
    const [who, subnets] = await Promise.all([client.whoAmI(), client.defaultSubnets()]);
    const hasToken = credential.sessionToken !== undefined;
    if (who.kind !== 'done') throw signInError(who, { hasToken });
    const identity = identityOf(who.output);
    const target = { account: who.output.Account, region };
    emit({ type: 'identity', identity, target });
    if (subnets.kind === 'refused' && subnets.code === 'AuthFailure')
      throw regionNotEnabled(region, { hasToken });
    if (subnets.kind === 'refused' && isRefusedAltogether(subnets)) throw signInError(subnets);

    const actions = requirements.map(({ id }) => id).filter((id) => id !== defaultVpc);
    // A session has an end of its own, and no age.
    const keyDate = hasToken ? undefined : own.keyDate();
    const simulation = askSimulator(client, { identity, caller: who.output, region, actions });
    const zone = subnets.kind === 'done' ? subnets.output.Subnets[0]?.AvailabilityZone : undefined;
    const limit = pLimit(probesAtOnce);

    async function verifyDefaultVpc(securityGroup: AwsAnswer): Promise<void> {
      const here = { region, told: readDefaultVpc(subnets, securityGroup, region) };
      const elsewhere = profileOptions.includes('all-regions')
        ? await lookElsewhere(client, region, limit)
        : [];
      emit({ type: 'answer', answer: { requirement: defaultVpc, ...joinRegions([here, ...elsewhere]) } });
    }

    async function verifyAction(action: string): Promise<void> {
      if (!action.startsWith('ec2:')) {
        const told = bySimulation((await simulation).witnesses.get(action));
        return emit({ type: 'answer', answer: { requirement: action, ...told } });
      }
      const answer = await limit(() => client.probe(action, zone ?? `${region}a`));
      const isVpcAsked = requirements.some(({ id }) => id === defaultVpc);
      const vpc = action === createSecurityGroup && isVpcAsked ? verifyDefaultVpc(answer) : undefined;
      const probe = readProbe(await askAgain(client, action, answer), region);
      const told = combine(probe, (await simulation).witnesses.get(action));
      emit({ type: 'answer', answer: { requirement: action, ...told } });
      await vpc;
    }
    await Promise.all(actions.map(verifyAction));
    const simulated = await simulation;
    const { principal } = simulated;
    if (principal) emit({ type: 'identity', identity: { ...identity, principal }, target });
    const createdOn = await keyDate;
    if (createdOn) emit({ type: 'credential', dates: { createdOn } });
    for (const text of notesOn(identity, simulated)) emit({ type: 'note', text });
    if (!createdOn && !hasToken) emit({ type: 'note', text: unknownAge });
    if (simulated.excess.length > 0) emit({ type: 'offer', remediation: leastPrivilege(actions) });
  } finally {
    client.close();
    own.close();
  }
}

const unknownAge =
  'The age of this key could not be read (iam:ListAccessKeys, which the documentation does not ask for), so nobody is reminded before it is too old.';

type SignedIn = {
  /** The client of whoever builds images: the key itself, or the role that it assumes. */
  readonly client: AwsClient;
  /** The client of the stored key. */
  readonly own: AwsClient;
};

async function signIn(
  credential: AwsCredential,
  { signal, callTimeoutMs, emit }: CheckRequest,
  { endpoint }: AwsSettings,
): Promise<SignedIn> {
  const { region, accessKeyId, secretAccessKey, sessionToken, roleArn, externalId } = credential;
  const options = { region, endpoint, signal, callTimeoutMs, onCall: () => emit({ type: 'call' }) };
  const own = await createAwsClient({ ...options, keys: { accessKeyId, secretAccessKey, sessionToken } });
  if (!roleArn) return { client: own, own };
  const session = await own.assumeRole({ roleArn, externalId });
  if (session.kind === 'done')
    return { client: await createAwsClient({ ...options, keys: session.output }), own };
  own.close();
  throw assumeRoleError(session, { roleArn, externalId });
}

/** The same dry run again where its first parameters stood in the way of an answer about the permission. */
async function askAgain(client: AwsClient, action: string, answer: AwsAnswer): Promise<AwsAnswer> {
  if (answer.kind !== 'refused') return answer;
  if (action === createSecurityGroup && answer.code === 'VPCIdNotSpecified')
    return client.probeSecurityGroupInVpc();
  if (action !== 'ec2:CreateVolume' || !/Zone/.test(answer.code)) return answer;
  // Zone `a` is not there for everybody.
  const subnets = await client.anySubnets();
  const [zone] = subnets.kind === 'done' ? subnets.output.Subnets : [];
  return zone ? client.probe(action, zone.AvailabilityZone) : answer;
}

/** What is said beside the findings. */
function* notesOn({ kind }: Identity, { answered, excess }: Simulation): Generator<string> {
  if (kind === 'root') {
    yield 'This is the key of the root user. It works, but whoever holds it holds the account: make a user with the documented policy instead.';
  }
  if (!answered) {
    yield 'The policy simulator did not answer this credential (iam:SimulatePrincipalPolicy, which the documentation does not ask for), so dry runs alone decide.';
  }
  if (excess.length > 0) {
    yield `This credential may do more than image builds need: ${excess.join(', ')}. A policy with these actions alone is enough; it stands among the other ways.`;
  }
  yield 'Dry runs leave entries in CloudTrail, the refused ones too, with the user agent xoap-chatops; alarms about refused calls may show them.';
}
