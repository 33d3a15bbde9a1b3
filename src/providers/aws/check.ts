import { parse } from '@aws-sdk/util-arn-parser';
import pLimit from 'p-limit';
import type { Requirement } from '../../catalog/profile.ts';
import type { Identity } from '../../verification/verification.ts';
import type { AnswerParts, CheckRequest } from '../provider.ts';
import { keylessNote } from '../workload.ts';
import type { AwsAnswer, CallerIdentity, Subnets } from './answers.ts';
import type { AwsClient } from './client.ts';
import { bySimulation, combine } from './combine.ts';
import { AwsCredential } from './credentials.ts';
import { readDefaultVpc } from './default-vpc.ts';
import { createDryRuns } from './dry-runs.ts';
import { identityOf } from './identity.ts';
import { readLaunch, withKeyCaveat } from './launch.ts';
import { notesOn, roomWords, unknownAge } from './notes.ts';
import { placeKey } from './placed.ts';
import { createTags, placedOn, resourcesOf } from './places.ts';
import { probeOf } from './plain-probes.ts';
import { leastPrivilege } from './policy-remediation.ts';
import type { Launch } from './probes.ts';
import { readProbe } from './read-answers.ts';
import { joinRegions, lookElsewhere } from './regions.ts';
import { signIn } from './session.ts';
import type { AwsSettings } from './settings.ts';
import { isRefusedAltogether, regionNotEnabled, signInError } from './sign-in.ts';
import { askSimulator } from './simulation.ts';
import { judgeTags } from './tagging.ts';
import type { Witness } from './witness.ts';

/** EC2 throttles bursts; eight at once stay well below its limits. */
const probesAtOnce = 8;
const defaultVpc = 'prerequisite:default-vpc';
const createSecurityGroup = 'ec2:CreateSecurityGroup';
const runInstances = 'ec2:RunInstances';

/** Signs in, asks, and emits one answer for each requirement. */
export async function checkAccount(request: CheckRequest, settings: AwsSettings = {}): Promise<void> {
  const credential = AwsCredential.parse(request.credential);
  const { client, own } = await signIn(credential, request, settings);
  try {
    const { region, sessionToken } = credential;
    const entered = await enter(client, { region, hasToken: sessionToken !== undefined });
    const { identity, target } = entered;
    request.emit({ type: 'identity', identity, target });
    // A session has an end of its own, and no age.
    const hasAge = own !== undefined && sessionToken === undefined;
    const keyDate = hasAge ? own.keyDate() : undefined;
    await verifyRequirements(request, { ...entered, client, region, sourceIp: settings.sourceIp });
    const createdOn = await keyDate;
    if (createdOn) request.emit({ type: 'credential', dates: { createdOn } });
    else if (hasAge) request.emit({ type: 'note', text: unknownAge });
    if (!own) request.emit({ type: 'note', text: keylessNote('the role') });
  } finally {
    client.close();
    own?.close();
  }
}

type Entered = {
  readonly caller: CallerIdentity;
  readonly identity: Identity;
  readonly target: Readonly<Record<string, string>>;
  readonly subnets: AwsAnswer<Subnets>;
};

/** Who it is that asks, and whether EC2 takes it in the region at all. */
async function enter(
  client: AwsClient,
  { region, hasToken }: { region: string; hasToken: boolean },
): Promise<Entered> {
  const [who, subnets] = await Promise.all([client.whoAmI(), client.defaultSubnets()]);
  if (who.kind !== 'done') throw signInError(who, { hasToken, host: client.signInHost() });
  if (subnets.kind === 'refused' && subnets.code === 'AuthFailure')
    throw regionNotEnabled(region, { hasToken });
  if (subnets.kind === 'refused' && isRefusedAltogether(subnets))
    throw signInError(subnets, { host: client.signInHost() });
  const caller = who.output;
  return { caller, identity: identityOf(caller), target: { account: caller.Account, region }, subnets };
}

type Asking = Entered & {
  readonly client: AwsClient;
  readonly region: string;
  readonly sourceIp: string | undefined;
};

/** Asks about each requirement, in dry runs and of the simulator, and says what there is to say beside. */
async function verifyRequirements(
  { requirements, profileOptions, emit }: CheckRequest,
  { client, region, sourceIp, caller, identity, target, subnets }: Asking,
): Promise<void> {
  const asked = requirements.filter(({ id }) => id !== defaultVpc);
  const actions = asked.filter((each) => !placedOn(each)).map(({ id }) => id);
  const placed = asked.flatMap(({ id: action, on }) => {
    const place = placedOn({ id: action, on });
    return place ? [{ action, on: place }] : [];
  });
  const simulation = askSimulator(client, { identity, caller, region, actions, placed, sourceIp });
  const limit = pLimit(probesAtOnce);
  const launch = lendLaunch(client, subnets);
  const dryRuns = createDryRuns({
    client,
    region,
    partition: parse(caller.Arn).partition,
    zone: firstOf(subnets)?.AvailabilityZone ?? `${region}a`,
    launch,
    limit,
  });

  async function verifyDefaultVpc(): Promise<void> {
    const { first } = await dryRuns.ask(createSecurityGroup);
    const here = { region, told: readDefaultVpc(subnets, first, region) };
    const elsewhere = profileOptions.includes('all-regions')
      ? await lookElsewhere(client, region, limit)
      : [];
    emit({ type: 'answer', answer: { requirement: defaultVpc, ...joinRegions([here, ...elsewhere]) } });
  }

  async function witnessOf({ id: action, on }: Requirement): Promise<Witness | undefined> {
    const place = placedOn({ id: action, on });
    const { witnesses, placed: onPlaces } = await simulation;
    return place ? onPlaces.get(placeKey({ action, on: place })) : witnesses.get(action);
  }

  async function tellAction(requirement: Requirement): Promise<AnswerParts> {
    const { id: action, on } = requirement;
    if (placedOn(requirement) || !probeOf(action)) return bySimulation(await witnessOf(requirement));
    // Which kinds are tagged is said by the profile, or they are those of a build.
    if (action === createTags && on) {
      const outcomes = await dryRuns.tags();
      const allowed = outcomes.filter(
        ({ outcome, kinds }) => outcome === 'allowed' && kinds.some((kind) => on.includes(kind)),
      );
      const direct = judgeTags(readProbe(await dryRuns.tag(on), region), allowed);
      return combine(direct, await witnessOf(requirement));
    }
    const { answer } = await dryRuns.ask(action);
    const probe =
      action === runInstances
        ? readLaunch(answer, { region, launch: await launch, isOwnVpc: profileOptions.includes('own-vpc') })
        : readProbe(answer, region);
    const told = action === createTags ? judgeTags(probe, await dryRuns.tags()) : probe;
    const witness = await witnessOf(requirement);
    const both = combine(told, witness);
    return action === runInstances ? withKeyCaveat(both, witness) : both;
  }

  async function verifyAction(requirement: Requirement): Promise<AnswerParts['state']> {
    const { id, group } = requirement;
    const answer = await tellAction(requirement);
    emit({ type: 'answer', answer: { requirement: id, group, ...answer } });
    return answer.state;
  }
  const isVpcAsked = requirements.some(({ id }) => id === defaultVpc);
  const [states] = await Promise.all([
    Promise.all(asked.map(verifyAction)),
    isVpcAsked ? verifyDefaultVpc() : undefined,
  ]);
  const simulated = await simulation;
  const { principal, excess } = simulated;
  if (principal) emit({ type: 'identity', identity: { ...identity, principal }, target });
  for (const text of notesOn(identity, simulated)) emit({ type: 'note', text });
  const room = states.includes('missing') ? roomWords(await client.accountSummary(), identity) : undefined;
  if (room) emit({ type: 'note', text: room });
  const place = { partition: parse(caller.Arn).partition, region, account: caller.Account };
  const wants = asked.map((each) => ({ action: each.id, resources: resourcesOf(each, place) }));
  if (excess.length > 0) emit({ type: 'offer', remediation: leastPrivilege(wants, identity) });
}

const firstOf = (subnets: AwsAnswer<Subnets>) =>
  subnets.kind === 'done' ? subnets.output.Subnets[0] : undefined;

/** What the launch can name that exists, lent to it; undefined where either cannot be seen. */
async function lendLaunch(client: AwsClient, subnets: AwsAnswer<Subnets>): Promise<Launch | undefined> {
  const subnetId = firstOf(subnets)?.SubnetId;
  const imageId = subnetId && (await client.amazonImage());
  if (!imageId) return undefined;
  const launch = { imageId, subnetId };
  client.lend(launch);
  return launch;
}
