import type { Finding } from '../../verification/finding.ts';
import type { Identity, Remediation } from '../../verification/verification.ts';
import { forwardRemediation } from '../forward.ts';
import type { RemediationRequest } from '../provider.ts';

const providerPrefix = 'prerequisite:provider/';
const placeholder = '[SubscriptionId]';

const ids = (findings: readonly Finding[]) => findings.map(({ requirement }) => requirement);

/** `name` in these is the client id; `id` the object id, unless the token hid it and both are the same. */
function hasObjectId({ id, name }: Identity): boolean {
  return id !== name;
}

function assignCommand(identity: Identity, scope: string): string {
  const assignee = hasObjectId(identity)
    ? ['--assignee-object-id', identity.id, '\\\n  --assignee-principal-type ServicePrincipal']
    : ['--assignee', identity.name];
  return [
    'az role assignment create',
    `${assignee.join(' ')}`,
    '--role Contributor',
    `--scope ${scope}`,
  ].join(' \\\n  ');
}

/** The documented command, with the subscription filled in. */
export function documentedCommand(scope: string): string {
  return [
    'az ad sp create-for-rbac',
    '--name xoap-image-principal',
    '--role Contributor',
    `--scopes ${scope}`,
    '--years 1',
  ].join(' \\\n  ');
}

/** The environments of Terraform's provider, by the clouds other than its default. */
const terraformClouds: Readonly<Record<string, string>> = { 'us-government': 'usgovernment', china: 'china' };

function terraform({ id }: Identity, target: Readonly<Record<string, string>>): string {
  const environment = terraformClouds[target.cloud ?? ''];
  const provider = `provider "azurerm" {
  environment = "${environment}"
  features {}
}

`;
  return `${environment ? provider : ''}resource "azurerm_role_assignment" "xoap_image_management" {
  scope                = "${scopeOf(target)}"
  role_definition_name = "Contributor"
  principal_id         = "${id}"
  principal_type       = "ServicePrincipal"
}`;
}

function bicep({ id }: Identity): string {
  return `targetScope = 'subscription'

var contributor = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions', 'b24988ac-6180-42a0-ab88-20f7382dd24c')

resource xoapImageManagement 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, '${id}', contributor)
  properties: {
    roleDefinitionId: contributor
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
function inCloud(command: string, { cloud = '' }: Readonly<Record<string, string>>): string {
  const name = cliClouds[cloud];
  return name ? `az cloud set --name ${name} && az login\n${command}` : command;
}

/** Both names of a service principal, which look alike. */
function namesOf(identity: Identity): string {
  const { id, name } = identity;
  const objectId = hasObjectId(identity) ? ` and object id ${id}` : '';
  return `the service principal with application id ${name}${objectId}`;
}

/** The smallest command that gives the documented role. */
function assignRole({ identity, target }: Pick<RemediationRequest, 'identity' | 'target'>): Remediation {
  const scope = scopeOf(target);
  const text = identity ? assignCommand(identity, scope) : documentedCommand(scope);
  return {
    title: `Give Contributor on the subscription to ${identity ? namesOf(identity) : 'the service principal'} (needs Owner or User Access Administrator)`,
    format: 'shell',
    text: inCloud(text, target),
    fixes: [],
  };
}

const scopeOf = ({ subscription = placeholder }: Readonly<Record<string, string>>) =>
  `/subscriptions/${subscription}`;

/** The role on the subscription: the smallest command first, the documented one for whoever starts anew. */
function roleRemediation(
  findings: readonly Finding[],
  { identity, target }: Pick<RemediationRequest, 'identity' | 'target'>,
): Remediation[] {
  if (findings.length === 0) return [];
  const fixes = ids(findings);
  const scope = scopeOf(target);
  const anew: Remediation = {
    title:
      'The documented command, for a service principal of a name that is not taken yet (enter what it prints as a new connection)',
    format: 'shell',
    text: inCloud(documentedCommand(scope), target),
    fixes,
  };
  if (!identity) return [anew];
  const shared = { fixes, alternative: true };
  const asCode: Remediation[] = hasObjectId(identity)
    ? [
        { title: 'The same with Terraform', format: 'hcl', text: terraform(identity, target), ...shared },
        {
          title: 'The same with Bicep (az deployment sub create)',
          format: 'bicep',
          text: bicep(identity),
          ...shared,
        },
      ]
    : [];
  return [{ ...assignRole({ identity, target }), fixes }, ...asCode, { ...anew, alternative: true }];
}

type Refused = Pick<RemediationRequest, 'identity' | 'target'>;

function denyRemediation(findings: readonly Finding[], refused: Refused): Remediation[] {
  return [...Map.groupBy(findings, ({ evidence }) => evidence.text)].map(([reason, group]) =>
    forwardRemediation({
      ...refused,
      to: 'whoever deployed what it protects, or an Owner of the subscription',
      rule: /the deny assignment “[^”]*”/.exec(reason)?.[0] ?? 'a deny assignment',
      findings: group,
      ask: 'exclude this principal from the deny assignment, or remove it.',
      note: `${reason} A deny assignment outranks every role. Azure itself makes them for managed applications, deployment stacks and blueprints.`,
    }),
  );
}

function subscriptionRemediation(finding: Finding, refused: Refused): Remediation {
  return forwardRemediation({
    ...refused,
    to: 'the account administrator of the subscription',
    rule: 'the state of the subscription',
    findings: [finding],
    ask: 'reactivate it in the portal, under Subscriptions.',
    note: `${finding.evidence.text} Settling the bill, the spending limit or the support case behind it comes first.`,
  });
}

function lockRemediation(finding: Finding, refused: Refused): Remediation {
  return forwardRemediation({
    ...refused,
    to: 'whoever set the lock, or an Owner or User Access Administrator of the subscription',
    rule: 'a read-only lock',
    findings: [finding],
    ask: 'remove the lock for image builds, or name another subscription to build in.',
    note: `${finding.evidence.text} It was set on purpose; only Owner and User Access Administrator can remove it.`,
  });
}

function providerRemediation(
  findings: readonly Finding[],
  target: Readonly<Record<string, string>>,
): Remediation[] {
  if (findings.length === 0) return [];
  const { subscription = placeholder } = target;
  const commands = findings.map(
    ({ requirement }) =>
      `az provider register --namespace ${requirement.slice(providerPrefix.length)} --subscription ${subscription} --wait`,
  );
  const title = `Register ${findings.length === 1 ? 'the resource provider' : 'the resource providers'} (Contributor may do this)`;
  return [{ title, format: 'shell', text: inCloud(commands.join('\n'), target), fixes: ids(findings) }];
}

/** A new secret for one that has expired. */
export function renewSecret(clientId: string, target: Readonly<Record<string, string>>): Remediation {
  return {
    title: 'Add a new client secret beside the one that has expired',
    format: 'shell',
    // Without --append the command deletes every other secret and certificate of the application.
    text: inCloud(`az ad app credential reset \\\n  --id ${clientId} \\\n  --append \\\n  --years 1`, target),
    fixes: [],
  };
}

/** Where the id may be wrong, the look that tells comes before any fix. */
function lookRemediation(
  findings: readonly Finding[],
  target: Readonly<Record<string, string>>,
): Remediation[] {
  const unseen = findings.filter(({ evidence }) => evidence.code === 'SubscriptionNotFound');
  if (unseen.length === 0) return [];
  const { subscription = placeholder } = target;
  const text = `az account show --subscription ${subscription} --query '{name:name, tenant:tenantId}'`;
  return [
    {
      title: 'First see, as somebody who has access, whether the subscription id is right',
      format: 'shell',
      text: inCloud(text, target),
      fixes: [],
    },
  ];
}

/** The smallest changes that fix what is missing. */
export function remediate({ missing, identity, target }: RemediationRequest): Remediation[] {
  const refused = { identity, target };
  const denied = missing.filter(({ layer }) => layer === 'deny-assignment');
  const unassigned = missing.filter(({ layer }) => layer === 'role-assignment');
  return [
    ...lookRemediation(unassigned, target),
    ...roleRemediation(unassigned, { identity, target }),
    ...denyRemediation(denied, refused),
    ...missing
      .filter(({ requirement }) => requirement === 'prerequisite:subscription-enabled')
      .map((finding) => subscriptionRemediation(finding, refused)),
    ...missing
      .filter(({ requirement }) => requirement === 'prerequisite:no-lock')
      .map((finding) => lockRemediation(finding, refused)),
    ...providerRemediation(
      missing.filter(({ requirement }) => requirement.startsWith(providerPrefix)),
      target,
    ),
  ];
}
