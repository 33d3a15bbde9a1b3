import { type Account, callerArn, principalArn } from './account.ts';
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
  const members = page.map((action) => member(account, { action, context, target }));
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
};

function member(account: Account, { action, context, target }: Simulated): string {
  const layers = { identity: target.policies, boundary: target.boundary, scps: account.scps };
  const { decision, layer, missingContext } = evaluate(layers, { action, resource: '*', context });
  const organisation = account.scps
    ? `<OrganizationsDecisionDetail><AllowedByOrganizations>${layer !== 'scps'}</AllowedByOrganizations></OrganizationsDecisionDetail>`
    : '';
  const boundary = target.boundary
    ? `<PermissionsBoundaryDecisionDetail><AllowedByPermissionsBoundary>${layer !== 'boundary'}</AllowedByPermissionsBoundary></PermissionsBoundaryDecisionDetail>`
    : '';
  const missing = missingContext.map((key) => `<member>${key}</member>`).join('');
  return `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>${decision}</EvalDecision><MissingContextValues>${missing}</MissingContextValues>${organisation}${boundary}</member>`;
}

/** Answers one IAM call. */
export function answerIam(call: Call): Reply {
  const { account, parameters } = call;
  const name = parameters.get('Action') ?? '';
  if (name === 'SimulatePrincipalPolicy') {
    const source = parameters.get('PolicySourceArn') ?? '';
    if (!mayCall(call, 'iam:SimulatePrincipalPolicy', source)) {
      return accessDenied(call, 'iam:SimulatePrincipalPolicy', source);
    }
    return simulate(call, source);
  }
  if (name === 'GetRole') {
    const role = account.principals.find(
      (principal) => principal.kind === 'role' && principal.name === parameters.get('RoleName'),
    );
    const arn = role
      ? principalArn(account, role)
      : `arn:aws:iam::${account.id}:role/${parameters.get('RoleName')}`;
    if (!mayCall(call, 'iam:GetRole', arn)) return accessDenied(call, 'iam:GetRole', arn);
    if (!role) return queryError(404, 'NoSuchEntity', 'The role cannot be found.');
    const fields = `<Path>${role.path ?? '/'}</Path><RoleName>${role.name}</RoleName><RoleId>AROAFAKEFAKEFAKEFAKE1</RoleId><Arn>${arn}</Arn><CreateDate>2026-01-01T00:00:00Z</CreateDate>`;
    return queryResult('GetRole', `<Role>${fields}</Role>`);
  }
  return queryError(400, 'InvalidAction', `Could not find operation ${name}`);
}
