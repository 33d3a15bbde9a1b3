import { z } from 'zod';
import type { Remediation } from '../../src/verification/verification.ts';
import { type Directory, roleId, type Subscription } from '../azure/directory.ts';
import { type Command, flagOf, run } from './shell.ts';

function subscriptionOf({ subscriptions }: Directory, id: string): Subscription {
  const found = subscriptions.find((each) => each.id === id);
  if (!found) throw new Error(`No subscription ${id}`);
  return found;
}

function assign(directory: Directory, command: Command): void {
  const scope = flagOf(command, 'scope');
  const subscription = subscriptionOf(directory, scope.split('/')[2] ?? '');
  const tenant = directory.tenants.find(({ id }) => id === subscription.tenantId);
  const assignee = command.flags.get('assignee-object-id') ?? command.flags.get('assignee');
  const principal = tenant?.principals.find(
    ({ objectId, clientId }) => objectId === assignee || clientId === assignee,
  );
  if (!principal) throw new Error(`No principal ${String(assignee)} in that tenant`);
  if (
    command.flags.has('assignee-object-id') &&
    flagOf(command, 'assignee-principal-type') !== 'ServicePrincipal'
  )
    throw new Error('An object id needs its type');
  subscription.assignments.push({
    scope,
    roleId: roleId(flagOf(command, 'role')),
    principalId: principal.objectId,
  });
}

/** Adds a secret beside those that are there; returns what az prints. */
function addSecret({ tenants }: Directory, command: Command): string {
  if (!command.flags.has('append')) throw new Error('Without --append every other secret would be gone');
  const appId = flagOf(command, 'id');
  const tenant = tenants.find(({ principals }) => principals.some(({ clientId }) => clientId === appId));
  const principal = tenant?.principals.find(({ clientId }) => clientId === appId);
  if (!principal) throw new Error(`No application ${appId}`);
  const password = `fake~new~${(principal.addedSecrets?.length ?? 0) + 1}~`.padEnd(40, 'x');
  principal.addedSecrets = [...(principal.addedSecrets ?? []), password];
  return JSON.stringify({ appId, password, tenant: tenant?.id }, null, 2);
}

const Federated = z.strictObject({
  name: z.string().regex(/^[\w-]{3,120}$/),
  issuer: z.url(),
  subject: z.string().min(1),
  audiences: z.tuple([z.string()]),
});

/** https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust: 20 for an application at most */
function addFederated({ tenants }: Directory, command: Command): void {
  const { issuer, subject, audiences } = Federated.parse(JSON.parse(flagOf(command, 'parameters')));
  const appId = flagOf(command, 'id');
  const holders = tenants.flatMap(({ principals }) =>
    principals.filter(({ clientId }) => clientId === appId),
  );
  if (holders.length === 0) throw new Error(`No application ${appId}`);
  for (const principal of new Set(holders)) {
    const before = principal.federated ?? [];
    if (before.length >= 20) throw new Error('An application takes 20 federated credentials');
    principal.federated = [...before, { issuer, subject, audiences }];
  }
}

/** Carries the commands of a fix out in a simulated directory; returns what they print that somebody needs. */
export function fixAzure(directory: Directory, remediation: readonly Remediation[]): string[] {
  const printed: string[] = [];
  for (const { format, text, alternative } of remediation) {
    if (alternative || format !== 'shell') continue;
    run(text, (command) => {
      const called = command.words.join(' ');
      if (called === 'az role assignment create') return assign(directory, command);
      if (called === 'az ad app federated-credential create') return addFederated(directory, command);
      // A look, which changes nothing.
      if (called === 'az account show') return;
      if (called === 'az ad app credential reset') return void printed.push(addSecret(directory, command));
      if (called !== 'az provider register') throw new Error(`Not known: ${called}`);
      const { providers } = subscriptionOf(directory, flagOf(command, 'subscription'));
      providers[flagOf(command, 'namespace')] = 'Registered';
    });
  }
  return printed;
}
