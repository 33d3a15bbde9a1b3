import type { EC2ClientConfig } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { answerWith, callInTime } from '../call.ts';
import { loadInTurn } from '../load-in-turn.ts';
import {
  AccessKeys,
  AssumedRole,
  type AwsAnswer,
  answerOf,
  CallerIdentity,
  type Evaluation,
  Regions,
  Role,
  RolePage,
  SimulationPage,
  Subnets,
} from './answers.ts';
import { type Guardable, guard } from './guard.ts';
import { createMadeUpIds } from './made-up-ids.ts';
import { createSecurityGroupInVpc, probes } from './probes.ts';
import type { AwsSettings } from './settings.ts';

export type SimulatorQuestion = {
  readonly actions: readonly string[];
  /** As if no policy of this type were there. */
  readonly exclude?: 'scp' | 'permission-boundary';
  /** On these resources; on all at once when absent. */
  readonly resourceArns?: readonly string[];
};

export type AwsClient = {
  /** The keys of a session as a role. */
  assumeRole(role: RoleToAssume): Promise<AwsAnswer<AwsKeys>>;
  whoAmI(): Promise<AwsAnswer<CallerIdentity>>;
  /** The day on which the key was made, as an ISO date; undefined where its user may not ask. */
  keyDate(): Promise<string | undefined>;
  /** The subnets that came with the default VPC of the region. */
  defaultSubnets(): Promise<AwsAnswer<Subnets>>;
  /** A few subnets of the region, whichever. */
  anySubnets(): Promise<AwsAnswer<Subnets>>;
  /** The regions that the account has enabled. */
  enabledRegions(): Promise<AwsAnswer<string[]>>;
  /** The same client for another region. */
  inRegion(region: string): Pick<AwsClient, 'defaultSubnets' | 'probe'>;
  /** The ARN of a role, with the path that the ARN of its session lacks; found by its name or else by its id. */
  roleArn(roleName: string, roleId: string): Promise<AwsAnswer<string>>;
  /** The policy simulator's word on each action, all pages. */
  simulate(principalArn: string, question: SimulatorQuestion): Promise<AwsAnswer<Evaluation[]>>;
  /** One dry run of an action that has one. */
  probe(action: string, zone: string): Promise<AwsAnswer>;
  /** The dry run of CreateSecurityGroup in a made-up VPC. */
  probeSecurityGroupInVpc(): Promise<AwsAnswer>;
  /** Ends open connections. */
  close(): void;
};

/** What requests are signed with. */
export type AwsKeys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
};

export type RoleToAssume = { readonly roleArn: string; readonly externalId?: string | undefined };

export type AwsClientDependencies = {
  readonly region: string;
  readonly endpoint?: AwsSettings['endpoint'];
  readonly keys: AwsKeys;
  readonly signal: AbortSignal;
  readonly callTimeoutMs: number;
  /** Called for each request that leaves, repetitions included. */
  readonly onCall: () => void;
};

/** The region whose sign-in service knows every key of a partition, regions not enabled included. */
function homeRegion(region: string): string {
  if (region.startsWith('cn-')) return 'cn-north-1';
  if (region.startsWith('us-gov-')) return 'us-gov-west-1';
  return region.startsWith('eusc-') ? region : 'us-east-1';
}

/** Makes the clients for one verification; the SDKs load with the first one. */
export async function createAwsClient(options: AwsClientDependencies): Promise<AwsClient> {
  const { region, endpoint, keys, signal, callTimeoutMs, onCall } = options;
  const [ec2Sdk, stsSdk, iamSdk, { retryOnlyThrottling }] = await loadInTurn(() =>
    Promise.all([
      import('@aws-sdk/client-ec2'),
      import('@aws-sdk/client-sts'),
      import('@aws-sdk/client-iam'),
      import('./retry.ts'),
    ]),
  );
  const ids = createMadeUpIds();
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  const settings = {
    region,
    ...(endpoint && { endpoint }),
    credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
    // Recognisable in CloudTrail and in alarms about denied calls.
    customUserAgent: [['xoap-chatops', '1']] as [string, string][],
    retryStrategy: retryOnlyThrottling(),
  } satisfies EC2ClientConfig;

  const opened: { destroy(): void }[] = [];
  function open<Client extends Guardable & { destroy(): void }>(client: Client): Client {
    guard(client, ids, onCall);
    opened.push(client);
    return client;
  }
  const ec2 = open(new ec2Sdk.EC2(settings));
  const sts = open(new stsSdk.STSClient(settings));
  const iam = open(new iamSdk.IAMClient(settings));

  async function ask<Output>(
    send: (options: { abortSignal: AbortSignal }) => Promise<unknown>,
    schema: z.ZodType<Output>,
  ): Promise<AwsAnswer<Output>> {
    return callInTime<AwsAnswer<Output>>(
      { signal, callTimeoutMs },
      async (abortSignal) => answerWith(await send({ abortSignal }), schema),
      answerOf,
    );
  }

  function inRegion(place: string): Pick<AwsClient, 'defaultSubnets' | 'probe'> {
    const there = place === region ? ec2 : open(new ec2Sdk.EC2({ ...settings, region: place }));
    return {
      defaultSubnets() {
        const Filters = [{ Name: 'default-for-az', Values: ['true'] }];
        return ask((call) => there.send(new ec2Sdk.DescribeSubnetsCommand({ Filters }), call), Subnets);
      },
      async probe(action, zone) {
        const probe = probes[action];
        if (!probe) return { kind: 'unreachable', message: `has no dry run of ${action} that is known here` };
        return ask((call) => probe(there, { ids, region: place, zone, call }), z.unknown());
      },
    };
  }

  return {
    async assumeRole({ roleArn: RoleArn, externalId: ExternalId }) {
      const input = { RoleArn, RoleSessionName: 'xoap-chatops', ...(ExternalId && { ExternalId }) };
      const answer = await ask((call) => sts.send(new stsSdk.AssumeRoleCommand(input), call), AssumedRole);
      if (answer.kind !== 'done') return answer;
      const { AccessKeyId, SecretAccessKey, SessionToken } = answer.output.Credentials;
      const session = {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
      };
      return { kind: 'done', output: session };
    },
    async whoAmI() {
      const command = () => new stsSdk.GetCallerIdentityCommand({});
      const answer = await ask((call) => sts.send(command(), call), CallerIdentity);
      const home = homeRegion(region);
      if (answer.kind !== 'refused' || answer.code !== 'InvalidClientTokenId' || home === region)
        return answer;
      // In a region that is not enabled every key is unknown, so the home region has the last word.
      const homeSts = open(new stsSdk.STSClient({ ...settings, region: home }));
      return ask((call) => homeSts.send(command(), call), CallerIdentity);
    },
    async keyDate() {
      const answer = await ask((call) => iam.send(new iamSdk.ListAccessKeysCommand({}), call), AccessKeys);
      const all = answer.kind === 'done' ? answer.output.AccessKeyMetadata : [];
      const own = all.find(({ AccessKeyId }) => AccessKeyId === accessKeyId);
      return own?.CreateDate.toISOString().slice(0, 10);
    },
    ...inRegion(region),
    inRegion,
    async enabledRegions() {
      const answer = await ask((call) => ec2.send(new ec2Sdk.DescribeRegionsCommand({}), call), Regions);
      if (answer.kind !== 'done') return answer;
      return { kind: 'done', output: answer.output.Regions.map(({ RegionName }) => RegionName) };
    },
    anySubnets() {
      return ask((call) => ec2.send(new ec2Sdk.DescribeSubnetsCommand({ MaxResults: 5 }), call), Subnets);
    },
    async roleArn(RoleName, roleId) {
      const answer = await ask((call) => iam.send(new iamSdk.GetRoleCommand({ RoleName }), call), Role);
      if (answer.kind === 'done') return { kind: 'done', output: answer.output.Role.Arn };
      let Marker: string | undefined;
      do {
        const command = new iamSdk.ListRolesCommand({ MaxItems: 1_000, ...(Marker && { Marker }) });
        const page = await ask((call) => iam.send(command, call), RolePage);
        if (page.kind !== 'done') return answer;
        const role = page.output.Roles.find(({ RoleId }) => RoleId === roleId);
        if (role) return { kind: 'done', output: role.Arn };
        Marker = page.output.IsTruncated ? page.output.Marker : undefined;
      } while (Marker);
      return answer;
    },
    async simulate(PolicySourceArn, { actions, exclude, resourceArns }) {
      const evaluations: Evaluation[] = [];
      let Marker: string | undefined;
      do {
        const command = new iamSdk.SimulatePrincipalPolicyCommand({
          PolicySourceArn,
          ActionNames: [...actions],
          ContextEntries: [
            { ContextKeyName: 'aws:RequestedRegion', ContextKeyType: 'string', ContextKeyValues: [region] },
          ],
          ...(exclude && { PolicyExclusionList: [{ PolicyType: exclude }] }),
          ...(resourceArns && { ResourceArns: [...resourceArns] }),
          ...(Marker && { Marker }),
        });
        const page = await ask((call) => iam.send(command, call), SimulationPage);
        if (page.kind !== 'done') return page;
        evaluations.push(...page.output.EvaluationResults);
        Marker = page.output.IsTruncated ? page.output.Marker : undefined;
      } while (Marker);
      return { kind: 'done', output: evaluations };
    },
    probeSecurityGroupInVpc() {
      return ask((call) => createSecurityGroupInVpc(ec2, { ids, region, zone: '', call }), z.unknown());
    },
    close() {
      for (const client of opened) client.destroy();
    },
  };
}
