import { type Account, callerArn, type Principal } from './account.ts';
import type { Decision } from './policy.ts';

// AWS encrypts these; here they are only wrapped, for their account. What is in them:
// https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html. The names of its fields stand in
// no reference of AWS, but in what people print of it.

const mark = '0jF4k3BL0Bq7';

/** The details of a refusal, as only its own account can read them. */
export function encodeRefusal(
  { account, principal }: { readonly account: Account; readonly principal: Principal },
  { action, resource }: { readonly action: string; readonly resource: string },
  { decision }: Decision,
): string {
  const isForbidden = decision === 'explicitDeny';
  const statement = { statementId: 'Guard', effect: 'DENY', actions: { items: [{ value: action }] } };
  const details = {
    allowed: false,
    explicitDeny: isForbidden,
    matchedStatements: { items: isForbidden ? [statement] : [] },
    failures: { items: [] },
    context: {
      principal: { id: 'AIDAFAKE', name: principal.name, arn: callerArn(account, principal) },
      action,
      resource,
      conditions: { items: [{ key: 'aws:Account', values: { items: [{ value: account.id }] } }] },
    },
  };
  return `${mark}${Buffer.from(`${account.id} ${JSON.stringify(details)}`).toString('base64url')}`;
}

/** What a message says; undefined for one of another account, or one that is none. */
export function decodeRefusal({ id }: Account, message: string): string | undefined {
  const text = Buffer.from(message.slice(mark.length), 'base64url').toString();
  const isWhole = message.startsWith(mark) && text.startsWith(`${id} {`) && text.endsWith('}');
  return isWhole ? text.slice(id.length + 1) : undefined;
}
