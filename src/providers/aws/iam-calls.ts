import type { IAMClient } from '@aws-sdk/client-iam';
import type { z } from 'zod';
import {
  AccessKeys,
  AccountSummary,
  type AwsAnswer,
  type Evaluation,
  Role,
  RolePage,
  SimulationPage,
} from './answers.ts';

export type SimulatorQuestion = {
  readonly actions: readonly string[];
  /** As if no policy of this type were there. */
  readonly exclude?: 'scp' | 'permission-boundary';
  /** On these resources; on all at once when absent. */
  readonly resourceArns?: readonly string[];
  /** What is known of the request, by condition key. */
  readonly context: Readonly<Record<string, string>>;
};

export type IamCalls = {
  /** The day on which the key was made, as an ISO date; undefined where its user may not ask. */
  keyDate(): Promise<string | undefined>;
  /** The ARN of a role, with the path that the ARN of its session lacks; found by its name or else by its id. */
  roleArn(roleName: string, roleId: string): Promise<AwsAnswer<string>>;
  /** The policy simulator's word on each action, all pages. */
  simulate(principalArn: string, question: SimulatorQuestion): Promise<AwsAnswer<Evaluation[]>>;
  /** The limits of the account, by the names that IAM has for them. */
  accountSummary(): Promise<AwsAnswer<Readonly<Record<string, number>>>>;
};

export type IamCallDependencies = {
  readonly iam: IAMClient;
  readonly sdk: typeof import('@aws-sdk/client-iam');
  readonly ask: <Output>(
    send: (options: { abortSignal: AbortSignal }) => Promise<unknown>,
    schema: z.ZodType<Output>,
  ) => Promise<AwsAnswer<Output>>;
  readonly accessKeyId: string;
};

/** Creates the calls to IAM that one verification makes. */
export function createIamCalls({ iam, sdk: iamSdk, ask, accessKeyId }: IamCallDependencies): IamCalls {
  return {
    async keyDate() {
      const answer = await ask((call) => iam.send(new iamSdk.ListAccessKeysCommand({}), call), AccessKeys);
      const all = answer.kind === 'done' ? answer.output.AccessKeyMetadata : [];
      const own = all.find(({ AccessKeyId }) => AccessKeyId === accessKeyId);
      return own?.CreateDate.toISOString().slice(0, 10);
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
    async accountSummary() {
      const answer = await ask(
        (call) => iam.send(new iamSdk.GetAccountSummaryCommand({}), call),
        AccountSummary,
      );
      return answer.kind === 'done' ? { kind: 'done', output: answer.output.SummaryMap } : answer;
    },
    async simulate(PolicySourceArn, { actions, exclude, resourceArns, context }) {
      const evaluations: Evaluation[] = [];
      let Marker: string | undefined;
      do {
        const command = new iamSdk.SimulatePrincipalPolicyCommand({
          PolicySourceArn,
          ActionNames: [...actions],
          ContextEntries: Object.entries(context).map(([ContextKeyName, value]) => ({
            ContextKeyName,
            ContextKeyType: ContextKeyName === 'aws:SourceIp' ? 'ip' : 'string',
            ContextKeyValues: [value],
          })),
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
  };
}
