import { isAppError } from '../../errors.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';
import {
  type LogText,
  matchesOf,
  readSigns,
  spaced,
  span,
  type Told,
  toldByStep,
  unlessNear,
} from '../told.ts';
import { signs } from './explain-signs.ts';
import { signInError } from './sign-in-errors.ts';

// Reads what Azure, its SDKs and its command line say in a log:
// https://learn.microsoft.com/en-us/azure/azure-resource-manager/troubleshooting/common-deployment-errors

const client = String.raw`The client '([^'\n]{1,200})' with object id '([^'\n]{1,80})'`;
const operation = `'([A-Za-z0-9.]{1,80}/[A-Za-z0-9./*_-]{1,300})'`;
const scope = String.raw`'([^'\n]{1,600})'`;

const unassigned = spaced(
  `${client} does not have (?:authorization|permission) to perform action ${operation}(?: (?:over|at) scope ${scope})?`,
);
const denied = spaced(
  `${client} has permission to perform action ${operation} on scope ${scope}; however, the access is denied because of the deny assignment with name '([^'\\n]{1,200})'`,
);
const linked = spaced(
  `${client} has permission to perform action ${operation} on scope ${scope}; however, it does not have permission to perform action\\(?s?\\)? '([^'\\n]{1,600})' on the linked scope\\(?s?\\)? '([^'\\n]{1,1200})'`,
);
const unregistered = spaced(`subscription is not registered to use namespace '([A-Za-z0-9.]{1,80})'`);
const disallowed = spaced(String.raw`Resource '([^'\n]{1,300})' was disallowed by policy`);
const locked = spaced(
  String.raw`scope '([^'\n]{1,600})' cannot perform (?:delete|write) operation because following scope\(s\) are locked: '([^'\n]{1,1200})'`,
);
const signIn = /AADSTS\d{4,8}/g;
const ofVault = spaced(
  String.raw`Caller is not authorized to perform action on resource[^']{1,800}?Action: '(Microsoft\.KeyVault/[A-Za-z/]{1,120})'(?: Resource: '([^'\n]{1,600})')?`,
);
const ofVaultPolicy = spaced(
  String.raw`The user, group or application '[^'\n]{1,400}' does not have (secrets|keys|certificates) (\w{1,20}) permission on key vault '([^';\n]{1,100})`,
);
/** How the SDK for Go prints a refusal that Azure gave no reason for: the request, and the status. */
const bodiless =
  /\b(GET|PUT|POST|PATCH|DELETE) https:\/\/management\.[a-z.]{1,60}(\/subscriptions\/[^\s?]{1,500})[^\n]{0,300}\s[-\s]{0,200}RESPONSE 403: 403 Forbidden\s{1,9}ERROR CODE UNAVAILABLE/g;

const targetOf = (place: string | undefined): Told['target'] => {
  const [, subscription] = /^\/subscriptions\/([^/]{1,80})/i.exec(place ?? '') ?? [];
  return subscription ? { subscription } : undefined;
};

/** A person is named by a sign-in name, an application by its id. */
const identityOf = (name: string, id: string): Identity =>
  /^[0-9a-f-]{36}$/i.test(name) ? { id, kind: 'service-principal', name } : { id: name, kind: 'user', name };

/** Whoever may give roles may have every role. */
const overRights = (action: string): Pick<Told, 'onOne'> =>
  /^Microsoft\.(?:Authorization|ManagedIdentity)\/.*\/(?:write|action)$/i.test(action)
    ? { onOne: 'always' }
    : {};

/** What each form of a refusal says. */
function readRefusals(text: string): Told[] {
  const refusals = matchesOf(text, unassigned).map((match): Told => {
    const [, name = '', id = '', action = '', resource] = match;
    return {
      kind: 'permission',
      requirements: [action],
      ...overRights(action),
      text: `No role assignment gives ${name} the operation ${action}${resource ? ` on ${resource}` : ''}.`,
      identity: identityOf(name, id),
      resource,
      layer: 'role-assignment',
      denial: 'implicit',
      target: targetOf(resource),
      ...span(match),
    };
  });
  const denials = matchesOf(text, denied).map((match): Told => {
    const [, name = '', id = '', action = '', resource, policy = ''] = match;
    return {
      kind: 'permission',
      requirements: [action],
      text: `A role gives ${name} the operation ${action}, and the deny assignment “${policy}” forbids it.`,
      identity: identityOf(name, id),
      resource,
      layer: 'deny-assignment',
      denial: 'explicit',
      policy,
      target: targetOf(resource),
      ...span(match),
    };
  });
  const links = matchesOf(text, linked).map((match): Told => {
    const [, name = '', id = '', action, own, others = '', resource = ''] = match;
    // The documented role would be far too much in somebody else's subscription.
    const isElsewhere = targetOf(own)?.subscription !== targetOf(resource)?.subscription;
    const requirements = others.split(/\s*,\s*/).filter(Boolean);
    return {
      kind: 'permission',
      requirements,
      text: `${action} also takes ${requirements.join(', ')} on what it refers to, ${resource}, and no role gives that there.`,
      identity: identityOf(name, id),
      resource,
      ...(isElsewhere && { group: 'what is referred to' }),
      layer: 'role-assignment',
      denial: 'implicit',
      target: targetOf(resource),
      ...span(match),
    };
  });
  return [...refusals, ...denials, ...links];
}

/** What each form of something else says. */
function readOthers(text: string): Told[] {
  const registrations = matchesOf(text, unregistered).map((match): Told => {
    const [, namespace = ''] = match;
    const requirements = [`prerequisite:provider/${namespace}`];
    return {
      kind: 'prerequisite',
      requirements,
      text: `The subscription has not registered ${namespace}.`,
      ...span(match),
    };
  });
  const policies = matchesOf(text, disallowed).map((match): Told => {
    const [, resource] = match;
    const said =
      'An Azure Policy of the organisation refused what the build asks for. A role does not help: change what is asked for, or ask whoever keeps the policy for an exemption.';
    return { kind: 'policy', requirements: [], text: said, resource, ...span(match) };
  });
  const locks = matchesOf(text, locked).map((match): Told => {
    const [, resource, place = ''] = match;
    const said = `A lock on ${place} forbids it to everybody, whatever their roles.`;
    const requirements = ['prerequisite:no-lock'];
    return {
      kind: 'policy',
      requirements,
      text: said,
      resource,
      layer: 'lock',
      target: targetOf(place),
      ...span(match),
    };
  });
  const signIns = matchesOf(text, signIn).map((match): Told => {
    const error = signInError(new Error(match[0]), { authorityHost: 'https://login.microsoftonline.com' });
    const kind =
      isAppError(error) && error.code === 'provider.sign-in-failed' ? 'credential' : 'not-permission';
    return { kind, requirements: [], text: `${error.message}. ${error.hint ?? ''}`.trim(), ...span(match) };
  });
  return [...registrations, ...policies, ...locks, ...signIns];
}

/** What reads a secret of one vault. https://learn.microsoft.com/en-us/azure/key-vault/general/rbac-guide */
function vaultRole(action: string, oid: string | undefined, vault: string | undefined): Remediation[] {
  if (!/\/secrets\/getSecret\/action$/i.test(action)) return [];
  const command = `az role assignment create \\\n  --assignee-object-id ${oid ?? '[ObjectId]'} \\\n  --assignee-principal-type ServicePrincipal \\\n  --role "Key Vault Secrets User" \\\n  --scope ${vault ?? '[VaultId]'}`;
  const title =
    'Let it read the secrets of that vault (needs Owner or User Access Administrator on the vault)';
  return [{ title, format: 'shell', text: command, fixes: [action] }];
}

function readVaults(text: string): Told[] {
  const byRole = matchesOf(text, ofVault).map((match): Told => {
    const [whole, action = '', resource] = match;
    const oid = /\boid=([\w-]{1,80})/.exec(whole)?.[1];
    const vault = /^\/subscriptions\/[\w/.-]{1,400}\/vaults\/[\w-]{1,80}/i.exec(resource ?? '')?.[0];
    const said = `No role gives ${action} on the vault; roles on the subscription that are not about data, Contributor among them, do not.`;
    return {
      kind: 'permission',
      requirements: [action],
      text: said,
      identity: oid ? { id: oid, kind: 'service-principal', name: oid } : undefined,
      resource,
      layer: 'role-assignment',
      target: targetOf(resource),
      more: vaultRole(action, oid, vault),
      isMoreAll: true,
      ...span(match),
    };
  });
  const byPolicy = matchesOf(text, ofVaultPolicy).map((match): Told => {
    const [, what = '', verb = '', vault = ''] = match;
    const said = `The access policies of the key vault ${vault} do not give “${verb}” of ${what}; this vault does not ask roles.`;
    return { kind: 'permission', requirements: [], text: said, resource: vault, ...span(match) };
  });
  return [...byRole, ...byPolicy];
}

const verbs: Readonly<Record<string, string>> = {
  GET: 'read',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

/** The operation that a call of Resource Manager takes, by its method and its path. */
function operationOf(method: string, path: string): string | undefined {
  const [, own] = /\/providers\/(?!.*\/providers\/)([^\s]{1,400})$/i.exec(path) ?? [];
  const [namespace, ...rest] = own?.split('/') ?? [
    'Microsoft.Resources',
    'subscriptions',
    '',
    'resourceGroups',
  ];
  const types = rest.filter((_, index) => index % 2 === 0);
  const verb = verbs[method];
  if (method === 'POST' && types.length > 1) return [namespace, ...types, 'action'].join('/');
  return verb && types.length > 0 ? [namespace, ...types, verb].join('/') : undefined;
}

const readBodiless = (text: string): Told[] =>
  matchesOf(text, bodiless).map((match): Told => {
    const [, method = '', path = ''] = match;
    const action = operationOf(method, path);
    return {
      kind: 'permission',
      requirements: [],
      ...(action && { candidates: [action] }),
      text: `Azure refused a call and gave no reason${action ? `; by its address it is ${action}` : ''}.`,
      resource: path,
      target: targetOf(path),
      ...span(match),
    };
  });

const bare = spaced('AuthorizationFailed|LinkedAuthorizationFailed');

/** Codes of refusals whose message is not there, or is cut. */
function readBare({ text, stepAt }: LogText, told: readonly Told[]): Told[] {
  const all = matchesOf(text, bare).map(
    (match): Told => ({ kind: 'permission', ...toldByStep(stepAt(match.index), 'Azure'), ...span(match) }),
  );
  return unlessNear(all, told, 600);
}

/** What a log says of Azure, in no order. */
export function explain(log: LogText): Told[] {
  const { text } = log;
  const refusals = [...readRefusals(text), ...readVaults(text), ...readBodiless(text)];
  return [...refusals, ...readOthers(text), ...readBare(log, refusals), ...readSigns(text, signs)];
}
