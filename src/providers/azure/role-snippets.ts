import namesFile from '../../catalog/azure-names.json' with { type: 'json' };
import type { Identity } from '../../verification/verification.ts';
import { contributor } from './roles.ts';

/** Stands where the reader's own subscription is to be put. */
export const placeholder = '[SubscriptionId]';

/** `name` in these is the client id; `id` the object id, unless the token hid it and both are the same. */
export function hasObjectId({ id, name }: Identity): boolean {
  return id !== name;
}

export function assignCommand(identity: Identity, scope: string, role = 'Contributor'): string {
  const assignee = hasObjectId(identity)
    ? ['--assignee-object-id', identity.id, '\\\n  --assignee-principal-type ServicePrincipal']
    : ['--assignee', identity.name];
  return [
    'az role assignment create',
    `${assignee.join(' ')}`,
    `--role ${inQuotes(role)}`,
    `--scope ${scope}`,
  ].join(' \\\n  ');
}

export const inQuotes = (role: string) => (/\s/.test(role) ? `"${role}"` : role);

/** The documented command, with the subscription filled in. */
export function documentedCommand(scope: string, role = 'Contributor'): string {
  return [
    'az ad sp create-for-rbac',
    `--name ${namesFile.principal}`,
    `--role ${inQuotes(role)}`,
    `--scopes ${scope}`,
    '--years 1',
  ].join(' \\\n  ');
}

/** The environments of Terraform's provider, by the clouds other than its default. */
const terraformClouds: Readonly<Record<string, string>> = { 'us-government': 'usgovernment', china: 'china' };

export function terraform(
  { id }: Pick<Identity, 'id'>,
  target: Readonly<Record<string, string>>,
  role = 'Contributor',
): string {
  const environment = terraformClouds[target.cloud ?? ''];
  const provider = `provider "azurerm" {
  environment = "${environment}"
  features {}
}

`;
  return `${environment ? provider : ''}resource "azurerm_role_assignment" "xoap_connection" {
  scope                = "${scopeOf(target)}"
  role_definition_name = "${role}"
  principal_id         = "${id}"
  principal_type       = "ServicePrincipal"
}`;
}

export function bicep({ id }: Pick<Identity, 'id'>, roleId = contributor.id): string {
  return `targetScope = 'subscription'

var role = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions', '${roleId}')

resource xoapConnection 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, '${id}', role)
  properties: {
    roleDefinitionId: role
    principalId: '${id}'
    principalType: 'ServicePrincipal'
  }
}`;
}

/** The names that the Azure CLI has for clouds other than its default. */
const cliClouds: Readonly<Record<string, string>> = {
  'us-government': 'AzureUSGovernment',
  china: 'AzureChinaCloud',
};

/** A command, in the cloud that it is meant for. */
export function inCloud(command: string, { cloud = '' }: Readonly<Record<string, string>>): string {
  const name = cliClouds[cloud];
  return name ? `az cloud set --name ${name} && az login\n${command}` : command;
}

/** Both names of a service principal, which look alike. */
export function namesOf(identity: Identity): string {
  const { id, name, kind } = identity;
  if (kind === 'user') return name;
  const objectId = hasObjectId(identity) ? ` and object id ${id}` : '';
  return `the service principal with application id ${name}${objectId}`;
}

/** The command that gives a role to whoever signed in, or to somebody who is still to be named. */
export const assignTo = (identity: Identity | undefined, scope: string, role: string) =>
  identity
    ? assignCommand(identity, scope, role)
    : `az role assignment create \\\n  --assignee [AppId] \\\n  --role ${inQuotes(role)} \\\n  --scope ${scope}`;

export const scopeOf = ({ subscription = placeholder }: Readonly<Record<string, string>>) =>
  `/subscriptions/${subscription}`;
