import { type Account, callerArn, principalArn, roleId } from './account.ts';
import type { Call } from './ec2.ts';
import { evaluate } from './policy.ts';
import { queryError, queryResult, type Reply } from './xml.ts';

/** Fewer than a page may hold, as IAM is free to do, so that callers must follow the marker. */
const pageSize = 20;

function mayCall(call: Call, action: string, resource: string): boolean {
  const { principal, account } = call;
  const layers = { identity: principal.policies, boundary: principal.boundary, scps: account.scps };
  return evaluate(layers, { action, resource, context: {} }).decision === 'allowed';
}

function accessDenied({ account, principal }: Call, action: string, resource: string): Reply {
  const user = callerArn(account, principal);
  const text = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  return queryError(403, 'AccessDenied', text);
}

function numbered(parameters: URLSearchParams, prefix: string): string[] {
  const values: string[] = [];
  for (let index = 1; parameters.has(`${prefix}.member.${index}`); index += 1) {
    values.push(parameters.get(`${prefix}.member.${index}`) ?? '');
  }
  return values;
}

function contextOf(parameters: URLSearchParams): Record<string, string> {
  const context: Record<string, string> = {};
  for (let index = 1; parameters.has(`ContextEntries.member.${index}.ContextKeyName`); index += 1) {
    const entry = `ContextEntries.member.${index}`;
    context[parameters.get(`${entry}.ContextKeyName`) ?? ''] =
      parameters.get(`${entry}.ContextKeyValues.member.1`) ?? '';
  }
  return context;
}

function simulate(call: Call, source: string): Reply {
  const { account, parameters } = call;
  if (/:assumed-role\/|:root$/.test(source)) {
    return queryError(
      400,
      'InvalidInput',
      `Invalid Entity Arn: ${source} does not clearly define entity type and name.`,
    );
  }
  const target = account.principals.find((principal) => principalArn(account, principal) === source);
  if (!target) return queryError(404, 'NoSuchEntity', `The entity ${source} does not exist.`);

  const actions = numbered(parameters, 'ActionNames');
  const start = Number(parameters.get('Marker') ?? 0);
  const page = actions.slice(start, start + pageSize);
  const next = start + pageSize < actions.length ? String(start + pageSize) : undefined;
  const context = contextOf(parameters);
  const excluded = parameters.get('PolicyExclusionList.member.1.PolicyType');
  const resources = numbered(parameters, 'ResourceArns');
  const asked = { context, target, excluded, resources };
  const members = page.map((action) => member(account, { action, ...asked }));
  const tail = next
    ? `<IsTruncated>true</IsTruncated><Marker>${next}</Marker>`
    : '<IsTruncated>false</IsTruncated>';
  return queryResult(
    'SimulatePrincipalPolicy',
    `<EvaluationResults>${members.join('')}</EvaluationResults>${tail}`,
  );
}

type Simulated = {
  readonly action: string;
  readonly context: Record<string, string>;
  readonly target: Account['principals'][number];
  /** The type of policies that are left out. */
  readonly excluded: string | null;
  readonly resources: readonly string[];
};

const listed = (keys: readonly string[]) => keys.map((key) => `<member>${key}</member>`).join('');

/** One result for each action, the strictest over all resources, with the single ones behind it when some were named. */
function member(account: Account, { action, context, target, excluded, resources }: Simulated): string {
  const layers = {
    identity: target.policies,
    boundary: excluded === 'permission-boundary' ? undefined : target.boundary,
    scps: excluded === 'scp' ? undefined : account.scps,
  };
  const asked = resources.length > 0 ? resources : ['*'];
  const decisions = asked.map((resource) => ({
    resource,
    ...evaluate(layers, { action, resource, context }),
  }));
  const strictest = decisions.find(({ decision }) => decision !== 'allowed') ?? decisions[0];
  const { decision, layer, policy, missingContext } = strictest as (typeof decisions)[number];
  const organisation = layers.scps
    ? `<OrganizationsDecisionDetail><AllowedByOrganizations>${layer !== 'scps'}</AllowedByOrganizations></OrganizationsDecisionDetail>`
    : '';
  const boundary = layers.boundary
    ? `<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>${layer !== 'boundary'}</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>`
    : '';
  const single = decisions.map(
    (each) =>
      `<member><EvalResourceName>${each.resource}</EvalResourceName><EvalResourceDecision>${each.decision}</EvalResourceDecision><MissingContextValues>${listed(each.missingContext)}</MissingContextValues></member>`,
  );
  const specific =
    resources.length > 0 ? `<ResourceSpecificResults>${single.join('')}</ResourceSpecificResults>` : '';
  // IAM fills the list of the whole only where no resources were named.
  const missing = resources.length > 0 ? '' : listed(missingContext);
  const matched = policy
    ? `<member><SourcePolicyId>${policy.split('/').at(-1)}</SourcePolicyId></member>`
    : '';
  return `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>${decision}</EvalDecision><MatchedStatements>${matched}</MatchedStatements><MissingContextValues>${missing}</MissingContextValues>${organisation}${boundary}${specific}</member>`;
}

function roleFields(account: Account, role: Account['principals'][number]): string {
  const arn = principalArn(account, role);
  return `<Path>${role.path ?? '/'}</Path><RoleName>${role.name}</RoleName><RoleId>${roleId(role)}</RoleId><Arn>${arn}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>`;
}

type Action = (call: Call) => Reply;

/** What is answered to each call; everything else is no operation of this IAM. */
const actions: Readonly<Record<string, Action>> = {
  SimulatePrincipalPolicy(call) {
    const source = call.parameters.get('PolicySourceArn') ?? '';
    return mayCall(call, 'iam:SimulatePrincipalPolicy', source)
      ? simulate(call, source)
      : accessDenied(call, 'iam:SimulatePrincipalPolicy', source);
  },
  GetRole(call) {
    const { account, parameters } = call;
    const role = account.principals.find(
      (principal) => principal.kind === 'role' && principal.name === parameters.get('RoleName'),
    );
    const arn = role
      ? principalArn(account, role)
      : `arn:aws:iam::${account.id}:role/${parameters.get('RoleName')}`;
    if (!mayCall(call, 'iam:GetRole', arn)) return accessDenied(call, 'iam:GetRole', arn);
    if (!role) return queryError(404, 'NoSuchEntity', 'The role cannot be found.');
    return queryResult('GetRole', `<Role>${roleFields(account, role)}</Role>`);
  },
  ListAccessKeys(call) {
    const { account, principal } = call;
    const user = callerArn(account, principal);
    if (!mayCall(call, 'iam:ListAccessKeys', user)) return accessDenied(call, 'iam:ListAccessKeys', user);
    const members = principal.keys.map(
      ({ id, createdOn = '2026-11-01' }) =>
        `<member><UserName>${principal.name}</UserName><AccessKeyId>${id}</AccessKeyId><Status>Active</Status><CreateDate>${createdOn}T00:00:00Z</CreateDate></member>`,
    );
    const list = `<AccessKeyMetadata>${members.join('')}</AccessKeyMetadata><IsTruncated>false</IsTruncated>`;
    return queryResult('ListAccessKeys', list);
  },
  GetAccountSummary(call) {
    if (!mayCall(call, 'iam:GetAccountSummary', '*')) return accessDenied(call, 'iam:GetAccountSummary', '*');
    const limits = {
      AttachedPoliciesPerUserQuota: 10,
      AttachedPoliciesPerRoleQuota: 20,
      UserPolicySizeQuota: 2_048,
      GroupPolicySizeQuota: 5_120,
      RolePolicySizeQuota: 10_240,
    };
    const fields = Object.entries(limits).map(
      ([key, value]) => `<entry><key>${key}</key><value>${value}</value></entry>`,
    );
    return queryResult('GetAccountSummary', `<SummaryMap>${fields.join('')}</SummaryMap>`);
  },
  ListRoles(call) {
    const { account } = call;
    if (!mayCall(call, 'iam:ListRoles', '*')) return accessDenied(call, 'iam:ListRoles', '*');
    const roles = account.principals
      .filter(({ kind }) => kind === 'role')
      .map((role) => roleFields(account, role));
    const members = roles.map((fields) => `<member>${fields}</member>`).join('');
    return queryResult('ListRoles', `<Roles>${members}</Roles><IsTruncated>false</IsTruncated>`);
  },
};

/** Answers one IAM call. */
export function answerIam(call: Call): Reply {
  const name = call.parameters.get('Action') ?? '';
  return actions[name]?.(call) ?? queryError(400, 'InvalidAction', `Could not find operation ${name}`);
}
