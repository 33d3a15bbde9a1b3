import pLimit from 'p-limit';
import type { Identity } from '../../verification/verification.ts';
import type { CheckRequest } from '../provider.ts';
import type { AwsAnswer, Subnets } from './answers.ts';
import { readDefaultVpc, readProbe } from './check.ts';
import { type AwsClient, createAwsClient } from './client.ts';
import { combine } from './combine.ts';
import { AwsCredential } from './credentials.ts';
import { identityOf } from './identity.ts';
import { assumeRoleError, isRefusedAltogether, regionNotEnabled, signInError } from './sign-in.ts';
import { askSimulator, type Simulation } from './simulation.ts';

/** EC2 throttles bursts; eight at once stay well below its limits. */
const probesAtOnce = 8;
const defaultVpc = 'prerequisite:default-vpc';
const createSecurityGroup = 'ec2:CreateSecurityGroup';

/** Signs in, asks, and emits one answer for each requirement. */
export async function checkAccount(request: CheckRequest): Promise<void> {
  const { requirements, emit } = request;
  const credential = AwsCredential.parse(request.credential);
  const { region } = credential;
  const client = await signIn(credential, request);
  try {
    const [who, subnets] = await Promise.all([client.whoAmI(), client.defaultSubnets()]);
    const hasToken = credential.sessionToken !== undefined;
    if (who.kind !== 'done') throw signInError(who, { hasToken });
    const identity = identityOf(who.output);
    emit({ type: 'identity', identity, target: { account: who.output.Account, region } });
    if (subnets.kind === 'refused' && subnets.code === 'AuthFailure')
      throw regionNotEnabled(region, { hasToken });
    if (subnets.kind === 'refused' && isRefusedAltogether(subnets)) throw signInError(subnets);

    const actions = requirements.map(({ id }) => id).filter((id) => id !== defaultVpc);
    const simulation = askSimulator(client, { identity, caller: who.output, region, actions });
    const zone = (await zoneOf(client, subnets)) ?? `${region}a`;
    const limit = pLimit(probesAtOnce);

    async function verifyAction(action: string): Promise<void> {
      const answer = await limit(() => client.probe(action, zone));
      let about = answer;
      if (action === createSecurityGroup) {
        if (requirements.some(({ id }) => id === defaultVpc)) {
          emit({
            type: 'answer',
            answer: { requirement: defaultVpc, ...readDefaultVpc(subnets, answer, region) },
          });
        }
        if (isWithoutVpc(answer)) about = await limit(() => client.probeSecurityGroupInVpc());
      }
      const told = combine(readProbe(about, region), (await simulation).witnesses.get(action));
      emit({ type: 'answer', answer: { requirement: action, ...told } });
    }
    await Promise.all(actions.map(verifyAction));
    for (const text of notesOn(identity, await simulation)) emit({ type: 'note', text });
  } finally {
    client.close();
  }
}

/** The client of whoever builds images: the key itself, or the role that it assumes. */
async function signIn(
  credential: AwsCredential,
  { signal, callTimeoutMs, emit }: CheckRequest,
): Promise<AwsClient> {
  const { region, accessKeyId, secretAccessKey, sessionToken, roleArn, externalId } = credential;
  const options = { region, signal, callTimeoutMs, onCall: () => emit({ type: 'call' }) };
  const own = await createAwsClient({ ...options, keys: { accessKeyId, secretAccessKey, sessionToken } });
  if (!roleArn) return own;
  const session = await own.assumeRole({ roleArn, externalId });
  own.close();
  if (session.kind !== 'done') throw assumeRoleError(session, { roleArn, externalId });
  return createAwsClient({ ...options, keys: session.output });
}

/** A zone in which the account may make a volume: zone `a` is not there for everybody. */
async function zoneOf(client: AwsClient, defaults: AwsAnswer<Subnets>): Promise<string | undefined> {
  if (defaults.kind !== 'done') return undefined;
  const [first] = defaults.output.Subnets;
  if (first) return first.AvailabilityZone;
  const others = await client.anySubnets();
  return others.kind === 'done' ? others.output.Subnets[0]?.AvailabilityZone : undefined;
}

function isWithoutVpc(answer: AwsAnswer): boolean {
  return answer.kind === 'refused' && answer.code === 'VPCIdNotSpecified';
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
    yield `This credential may do more than image builds need: ${excess.join(', ')}. The documented policy alone is enough.`;
  }
  yield 'Dry runs leave entries in CloudTrail, the refused ones too, with the user agent xoap-chatops; alarms about refused calls may show them.';
}
