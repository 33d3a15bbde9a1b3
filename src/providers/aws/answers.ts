import { z } from 'zod';
import { type Unreachable, unreachable } from '../call.ts';

export const CallerIdentity = z.object({ Account: z.string(), Arn: z.string(), UserId: z.string() });
export type CallerIdentity = z.infer<typeof CallerIdentity>;

export const Subnets = z.object({
  Subnets: z.array(z.object({ SubnetId: z.string(), VpcId: z.string(), AvailabilityZone: z.string() })),
});
export type Subnets = z.infer<typeof Subnets>;

export const AssumedRole = z.object({
  Credentials: z.object({ AccessKeyId: z.string(), SecretAccessKey: z.string(), SessionToken: z.string() }),
});

export const DecodedMessage = z.object({ DecodedMessage: z.string() });

export type AssumedRole = z.infer<typeof AssumedRole>;

export const Regions = z.object({ Regions: z.array(z.object({ RegionName: z.string() })) });

export const Images = z.object({
  Images: z.array(
    z.object({ ImageId: z.string(), Public: z.boolean().optional(), ImageOwnerAlias: z.string().optional() }),
  ),
});

export const AccountSummary = z.object({ SummaryMap: z.record(z.string(), z.number()) });

export const AccessKeys = z.object({
  AccessKeyMetadata: z.array(z.object({ AccessKeyId: z.string(), CreateDate: z.date() })),
});

export const Role = z.object({ Role: z.object({ Arn: z.string() }) });

export const RolePage = z.object({
  Roles: z.array(z.object({ Arn: z.string(), RoleId: z.string() })),
  IsTruncated: z.boolean().optional(),
  Marker: z.string().optional(),
});

export const Evaluation = z.object({
  EvalActionName: z.string(),
  EvalDecision: z.enum(['allowed', 'explicitDeny', 'implicitDeny']),
  MissingContextValues: z.array(z.string()).optional(),
  ResourceSpecificResults: z
    .array(
      z.object({
        EvalResourceName: z.string(),
        EvalResourceDecision: z.string(),
        MissingContextValues: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  MatchedStatements: z.array(z.object({ SourcePolicyId: z.string().optional() })).optional(),
  OrganizationsDecisionDetail: z.object({ AllowedByOrganizations: z.boolean().optional() }).optional(),
  PermissionsBoundaryDecisionDetail: z
    .object({ AllowedByPermissionsBoundary: z.boolean().optional() })
    .optional(),
});
export type Evaluation = z.infer<typeof Evaluation>;

export const SimulationPage = z.object({
  EvaluationResults: z.array(Evaluation),
  IsTruncated: z.boolean().optional(),
  Marker: z.string().optional(),
});

/** What came of one call. */
export type AwsAnswer<Output = unknown> =
  | { readonly kind: 'done'; readonly output: Output }
  /** AWS answered with an error code. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | Unreachable;

/** Turns what the SDK threw into an answer. */
export function answerOf(error: unknown): AwsAnswer<never> {
  if (!(error instanceof Error)) return unreachable;
  const status =
    '$metadata' in error ? (error.$metadata as { httpStatusCode?: number }).httpStatusCode : undefined;
  if (status !== undefined && status >= 300)
    return { kind: 'refused', code: error.name, message: error.message };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { kind: 'unreachable', message: `gave no answer that could be read (${code})` };
}
