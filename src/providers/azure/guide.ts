import type { FieldValues, Guidance } from '../credential-form.ts';
import { type PossibleTrust, plainTrust, type Trust } from '../workload.ts';
import { type CloudId, cloudOf } from './clouds.ts';

/** https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation-considerations; those of other clouds as their SDKs have them. */
const audiences: Readonly<Record<CloudId, string>> = {
  public: 'api://AzureADTokenExchange',
  'us-government': 'api://AzureADTokenExchangeUSGov',
  china: 'api://AzureADTokenExchangeChina',
};

/** The audience that Entra ID of a cloud takes a token for. */
export const audienceOf = (cloud: CloudId) => audiences[cloud];

/** What Entra ID is to hold a token against; its name cannot be changed later. */
function federatedCredential({ issuer, subject }: Trust, cloud: CloudId) {
  const connection = subject.split(':').at(-1) ?? '';
  return { name: `xoap-${connection}`.slice(0, 120), issuer, subject, audiences: [audienceOf(cloud)] };
}

/** The command that lets the application trust a token; an id that is not known yet stands as a word. */
function trustCommand(trust: Trust, { cloud, clientId }: { cloud: CloudId; clientId: unknown }): string {
  const id = String(clientId ?? '').trim() || 'CLIENT_ID';
  const parameters = JSON.stringify(federatedCredential(trust, cloud));
  return `az ad app federated-credential create --id ${id} --parameters '${parameters}'`;
}

function terraform(trust: Trust, cloud: CloudId): string {
  const { name, issuer, subject, audiences: wanted } = federatedCredential(trust, cloud);
  return `resource "azuread_application_federated_identity_credential" "xoap" {
  application_id = azuread_application.builder.id
  display_name   = "${name}"
  issuer         = "${issuer}"
  subject        = "${subject}"
  audiences      = ${JSON.stringify(wanted)}
}`;
}

/** The trust that has to be set up at the application, where the bot is to sign in without a secret. */
export function guide(
  { authentication, cloud: chosen, clientId }: FieldValues,
  given?: PossibleTrust,
): Guidance[] {
  const trust = plainTrust(given);
  if (authentication !== 'federated' || !trust) return [];
  const cloud = cloudOf(String(chosen ?? '')) ?? 'public';
  return [
    {
      title: 'Once for the application, which takes 20 of these; Entra ID takes some minutes to know it',
      text: trustCommand(trust, { cloud, clientId }),
      format: 'shell',
    },
    { title: 'The same with Terraform', text: terraform(trust, cloud), format: 'hcl', alternative: true },
  ];
}
