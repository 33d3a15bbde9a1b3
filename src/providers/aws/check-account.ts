import pLimit from 'p-limit';
import type { CheckRequest } from '../provider.ts';
import { combine, readDefaultVpc, readProbe } from './check.ts';
import { type AwsAnswer, type AwsClient, createAwsClient, type Evaluation, type Subnets } from './client.ts';
import { AwsCredential } from './credentials.ts';
import { identityOf } from './identity.ts';
import { assumeRoleError, isRefusedAltogether, regionNotEnabled, signInError } from './sign-in.ts';

/** EC2 throttles bursts; eight at once stay well below its limits. */
const probesAtOnce = 8;
const trace =
  'Dry runs leave entries in CloudTrail, the refused ones too, with the user agent xoap-chatops; alarms about refused calls may show them.';
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
    const evaluations = simulate(client, { identity, actions, emit });
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
      const told = combine(readProbe(about, region), (await evaluations).get(action));
      emit({ type: 'answer', answer: { requirement: action, ...told } });
    }
    await Promise.all(actions.map(verifyAction));
    emit({ type: 'note', text: trace });
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

type Simulation = Pick<CheckRequest, 'emit'> & {
  readonly identity: ReturnType<typeof identityOf>;
  readonly actions: readonly string[];
};

/** The simulator's word by action; empty when this credential may not ask it, which is the documented normal case. */
async function simulate(
  client: AwsClient,
  { identity, actions, emit }: Simulation,
): Promise<Map<string, Evaluation>> {
  if (identity.kind === 'root') {
    emit({
      type: 'note',
      text: 'This is the key of the root user. It works, but whoever holds it holds the account: make a user with the documented policy instead.',
    });
  }
  const principal = await principalArn(client, identity);
  const answer = principal && (await client.simulate(principal, actions));
  if (answer && answer.kind === 'done') {
    return new Map(answer.output.map((evaluation) => [evaluation.EvalActionName, evaluation]));
  }
  emit({
    type: 'note',
    text: 'The policy simulator did not answer this credential (iam:SimulatePrincipalPolicy, which the documentation does not ask for), so dry runs alone decide.',
  });
  return new Map();
}

async function principalArn(
  client: AwsClient,
  identity: Simulation['identity'],
): Promise<string | undefined> {
  if (identity.kind === 'user') return identity.id;
  if (identity.kind !== 'role') return undefined;
  const role = await client.roleArn(identity.name);
  return role.kind === 'done' ? role.output : undefined;
}
