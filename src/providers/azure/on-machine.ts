import { fromVariables, type OnMachine } from '../machine.ts';

/** What Packer, Terraform and the rest read: https://developer.hashicorp.com/terraform/language/backend/azurerm */
const names = {
  subscriptionId: ['ARM_SUBSCRIPTION_ID', 'AZURE_SUBSCRIPTION_ID'],
  tenantId: ['ARM_TENANT_ID', 'AZURE_TENANT_ID'],
  clientId: ['ARM_CLIENT_ID', 'AZURE_CLIENT_ID'],
  clientSecret: ['ARM_CLIENT_SECRET', 'AZURE_CLIENT_SECRET'],
  cloud: ['ARM_ENVIRONMENT'],
};

/** The credential that Azure's tools find on a machine. */
export const onMachine: OnMachine = {
  places: 'ARM_CLIENT_ID, ARM_CLIENT_SECRET, ARM_TENANT_ID and ARM_SUBSCRIPTION_ID',
  async find({ variables }) {
    const { values, used } = fromVariables(variables, names);
    // A subscription alone, which many shells have set, is no credential.
    return (values.clientId ?? values.clientSecret) ? { values, from: used.join(', ') } : undefined;
  },
};
