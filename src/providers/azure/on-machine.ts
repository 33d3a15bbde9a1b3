import { fromVariables, type OnMachine } from '../machine.ts';

/** The variables of a family; what stands in two of them must not be put together into a third. */
const family = (prefix: string) => ({
  subscriptionId: [`${prefix}_SUBSCRIPTION_ID`],
  tenantId: [`${prefix}_TENANT_ID`],
  clientId: [`${prefix}_CLIENT_ID`],
  clientSecret: [`${prefix}_CLIENT_SECRET`],
  cloud: [`${prefix}_ENVIRONMENT`],
});

/**
 * What Packer and Terraform read, and what Azure's libraries do.
 * https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/guides/service_principal_client_secret
 * https://learn.microsoft.com/en-us/javascript/api/@azure/identity/environmentcredential
 */
const families = ['ARM', 'AZURE'].map(family);

/** The credential that Azure's tools find on a machine. */
export const onMachine: OnMachine = {
  places: 'ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_TENANT_ID and ARM_SUBSCRIPTION_ID',
  async find({ variables }) {
    for (const names of families) {
      const { values, used } = fromVariables(variables, names);
      // A subscription alone, which many shells have set, is no credential.
      if (values.clientId ?? values.clientSecret) return { values, from: used.join(', ') };
    }
    return undefined;
  },
};
