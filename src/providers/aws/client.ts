import type { EC2ClientConfig } from '@aws-sdk/client-ec2';
import { z } from 'zod';
import { answerWith, callInTime } from '../call.ts';
import { loadInTurn } from '../load-in-turn.ts';
import {
  AssumedRole,
  type AwsAnswer,
  answerOf,
  CallerIdentity,
  DecodedMessage,
  Images,
  Regions,
  Subnets,
} from './answers.ts';
import { type Guardable, guard } from './guard.ts';
import { createIamCalls, type IamCalls } from './iam-calls.ts';
import { createMadeUpIds } from './made-up-ids.ts';
import { probeOf } from './plain-probes.ts';
import { createSecurityGroupInVpc, type Launch, type ProbeOptions } from './probes.ts';
import type { AwsSettings } from './settings.ts';

export type AwsClient = IamCalls & {
  /** The keys of a session as a role. */
  assumeRole(role: RoleToAssume): Promise<AwsAnswer<AwsKeys>>;
  whoAmI(): Promise<AwsAnswer<CallerIdentity>>;
  /** What a message says that AWS encoded. */
  decode(message: string): Promise<AwsAnswer<string>>;
  /** The host that the latest sign-in call went to. */
  signInHost(): string;
  /** The subnets that came with the default VPC of the region. */
  defaultSubnets(): Promise<AwsAnswer<Subnets>>;
  /** A few subnets of the region, whichever. */
  anySubnets(): Promise<AwsAnswer<Subnets>>;
  /** The regions that the account has enabled. */
  enabledRegions(): Promise<AwsAnswer<string[]>>;
  /** The same client for another region. */
  inRegion(region: string): Pick<AwsClient, 'defaultSubnets' | 'probe'>;
  /** One dry run of an action that has one. */
  probe(action: string, options: ProbeOptions): Promise<AwsAnswer>;
  /** The dry run of CreateSecurityGroup in a made-up VPC. */
  probeSecurityGroupInVpc(options: ProbeOptions): Promise<AwsAnswer>;
  /** The id of a public AMI of Amazon's, for a launch that is only asked about; undefined where none can be seen. */
  amazonImage(): Promise<string | undefined>;
  /** Lends what exists to the one dry run that may name it. */
  lend(launch: Launch): void;
  /** Ends open connections. */
  close(): void;
};

/** What requests are signed with. */
export type AwsKeys = {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
};

/** The keys of a session, as AWS tells them. */
export function keysIn({ Credentials }: AssumedRole): AwsKeys {
  const {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
  } = Credentials;
  return { accessKeyId, secretAccessKey, sessionToken };
}

const credentialsOf = ({ accessKeyId, secretAccessKey, sessionToken }: AwsKeys) => ({
  accessKeyId,
  secretAccessKey,
  ...(sessionToken && { sessionToken }),
});

export type RoleToAssume = { readonly roleArn: string; readonly externalId?: string | undefined };

export type AwsClientDependencies = {
  readonly region: string;
  readonly endpoint?: AwsSettings['endpoint'];
  /** Those of the machine where absent. */
  readonly keys?: AwsKeys;
  readonly signal: AbortSignal;
  readonly callTimeoutMs: number;
  /** Called for each request that leaves, repetitions included. */
  readonly onCall: () => void;
};

/** The region whose sign-in service knows every key of a partition, regions not enabled included. */
export function homeRegion(region: string): string {
  if (region.startsWith('cn-')) return 'cn-north-1';
  if (region.startsWith('us-gov-')) return 'us-gov-west-1';
  return region.startsWith('eusc-') ? region : 'us-east-1';
}

/** Codes of a region whose STS does not serve the account, or of a key that nobody knows. */
const notHere = new Set(['InvalidClientTokenId', 'RegionDisabledException']);

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
  const settings = {
    region,
    ...(endpoint && { endpoint }),
    ...(keys && { credentials: credentialsOf(keys) }),
    // Recognisable in CloudTrail and in alarms about denied calls.
    customUserAgent: [['xoap-chatops', '1']] as [string, string][],
    retryStrategy: retryOnlyThrottling(),
  } satisfies EC2ClientConfig;

  const opened: { destroy(): void }[] = [];
  let signInHost = `sts.${region}.amazonaws.com`;
  const onSignIn = (host: string) => {
    signInHost = host;
    onCall();
  };
  function open<Client extends Guardable & { destroy(): void }>(
    client: Client,
    onRequest: (host: string) => void = onCall,
  ): Client {
    guard(client, ids, onRequest);
    opened.push(client);
    return client;
  }
  const ec2 = open(new ec2Sdk.EC2(settings));
  const sts = open(new stsSdk.STSClient(settings), onSignIn);
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

  /** In a region that is not enabled, or has no active STS, every key is unknown: the home region has the last word. */
  async function atHomeToo<Output>(
    send: (client: typeof sts) => Promise<AwsAnswer<Output>>,
  ): Promise<AwsAnswer<Output>> {
    const answer = await send(sts);
    const home = homeRegion(region);
    if (answer.kind !== 'refused' || !notHere.has(answer.code) || home === region) return answer;
    return send(open(new stsSdk.STSClient({ ...settings, region: home }), onSignIn));
  }

  function inRegion(place: string): Pick<AwsClient, 'defaultSubnets' | 'probe'> {
    const there = place === region ? ec2 : open(new ec2Sdk.EC2({ ...settings, region: place }));
    return {
      defaultSubnets() {
        const Filters = [{ Name: 'default-for-az', Values: ['true'] }];
        return ask((call) => there.send(new ec2Sdk.DescribeSubnetsCommand({ Filters }), call), Subnets);
      },
      async probe(action, options) {
        const probe = probeOf(action);
        if (!probe) return { kind: 'unreachable', message: `has no dry run of ${action} that is known here` };
        return ask((call) => probe(there, { ...options, ids, region: place, call }), z.unknown());
      },
    };
  }

  return {
    async assumeRole({ roleArn: RoleArn, externalId: ExternalId }) {
      const input = { RoleArn, RoleSessionName: 'xoap-chatops', ...(ExternalId && { ExternalId }) };
      const answer = await atHomeToo((client) =>
        ask((call) => client.send(new stsSdk.AssumeRoleCommand(input), call), AssumedRole),
      );
      return answer.kind === 'done' ? { kind: 'done', output: keysIn(answer.output) } : answer;
    },
    signInHost: () => signInHost,
    async whoAmI() {
      return atHomeToo((client) =>
        ask((call) => client.send(new stsSdk.GetCallerIdentityCommand({}), call), CallerIdentity),
      );
    },
    async decode(EncodedMessage) {
      const answer = await atHomeToo((client) =>
        ask(
          (call) => client.send(new stsSdk.DecodeAuthorizationMessageCommand({ EncodedMessage }), call),
          DecodedMessage,
        ),
      );
      return answer.kind === 'done' ? { kind: 'done', output: answer.output.DecodedMessage } : answer;
    },
    ...createIamCalls({ iam, sdk: iamSdk, ask, accessKeyId: keys?.accessKeyId ?? '' }),
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
    async amazonImage() {
      const Filters = [
        { Name: 'name', Values: ['al2023-ami-minimal-2023.*-x86_64'] },
        { Name: 'state', Values: ['available'] },
      ];
      const command = new ec2Sdk.DescribeImagesCommand({ Owners: ['amazon'], Filters, MaxResults: 50 });
      const answer = await ask((call) => ec2.send(command, call), Images);
      const found = answer.kind === 'done' ? answer.output.Images : [];
      return found.find(({ Public, ImageOwnerAlias }) => Public && ImageOwnerAlias === 'amazon')?.ImageId;
    },
    lend({ imageId, subnetId }) {
      ids.lend(imageId, subnetId);
    },
    probeSecurityGroupInVpc(options) {
      return ask((call) => createSecurityGroupInVpc(ec2, { ...options, ids, region, call }), z.unknown());
    },
    close() {
      for (const client of opened) client.destroy();
    },
  };
}
