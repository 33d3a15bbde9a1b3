import { createHash } from 'node:crypto';

/** A role of exactly these operations, named after what it holds. */
export function customRole(
  operations: readonly { readonly id: string; readonly isData: boolean }[],
  scope: string,
) {
  const some = (wanted: boolean) =>
    [...new Set(operations.filter(({ isData }) => isData === wanted).map(({ id }) => id))].sort();
  const content = { Actions: some(false), NotActions: [], DataActions: some(true), NotDataActions: [] };
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 8);
  return {
    Name: `xoap-connection-${hash}`,
    IsCustom: true,
    Description: 'What a XOAP connection lacked.',
    ...content,
    AssignableScopes: [scope],
  };
}

type CustomRole = ReturnType<typeof customRole>;

const inLines = (texts: readonly string[], quote: string, indent: string, end: string) =>
  texts.length === 0
    ? '[]'
    : `[\n${texts.map((text) => `${indent}  ${quote}${text}${quote}${end}`).join('\n')}\n${indent}]`;

/** The role and its assignment with Terraform. */
export function customTerraform({ Name, Actions, DataActions }: CustomRole, scope: string): string {
  return `resource "azurerm_role_definition" "xoap_connection" {
  name  = "${Name}"
  scope = "${scope}"
  permissions {
    actions      = ${inLines(Actions, '"', '    ', ',')}
    data_actions = ${inLines(DataActions, '"', '    ', ',')}
  }
}

resource "azurerm_role_assignment" "xoap_connection" {
  scope              = "${scope}"
  role_definition_id = azurerm_role_definition.xoap_connection.role_definition_resource_id
  principal_id       = "[ObjectId]"
  principal_type     = "ServicePrincipal"
}`;
}

/** The role and its assignment with Bicep. */
export function customBicep({ Name, Actions, DataActions }: CustomRole): string {
  return `targetScope = 'subscription'

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, '${Name}')
  properties: {
    roleName: '${Name}'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: ${inLines(Actions, "'", '        ', '')}
        dataActions: ${inLines(DataActions, "'", '        ', '')}
      }
    ]
  }
}

resource xoapConnection 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(subscription().id, '[ObjectId]', role.id)
  properties: {
    roleDefinitionId: role.id
    principalId: '[ObjectId]'
    principalType: 'ServicePrincipal'
  }
}`;
}
