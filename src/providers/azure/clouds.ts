/** Where sign-in and Azure Resource Manager are. */
export type AzureEndpoints = { readonly authorityHost: string; readonly resourceManager: string };

/** What the operator set in place of the addresses of the chosen cloud. */
export type AzureSettings = { readonly [Name in keyof AzureEndpoints]?: string | undefined };

export type CloudId = 'public' | 'us-government' | 'china';

/** https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud */
export const clouds: Readonly<Record<CloudId, AzureEndpoints & { readonly label: string }>> = {
  public: {
    label: 'Public',
    authorityHost: 'https://login.microsoftonline.com',
    resourceManager: 'https://management.azure.com',
  },
  'us-government': {
    label: 'US Government',
    authorityHost: 'https://login.microsoftonline.us',
    resourceManager: 'https://management.usgovcloudapi.net',
  },
  china: {
    label: 'China',
    authorityHost: 'https://login.chinacloudapi.cn',
    resourceManager: 'https://management.chinacloudapi.cn',
  },
};

/** Spellings of other tools, such as `AzureUSGovernment` of the Azure CLI, as one of ours. */
export function cloudOf(text: string): CloudId | undefined {
  const word = text.toLowerCase().replace(/[^a-z]/g, '');
  if (['public', 'azurecloud', 'azurepublic', 'azurepubliccloud'].includes(word)) return 'public';
  if (/^(azure)?usgov(ernment)?(cloud)?$/.test(word)) return 'us-government';
  return /^(azure)?china(cloud)?$/.test(word) ? 'china' : undefined;
}

const trimmed = (url: string) => url.replace(/\/+$/, '');

/** The addresses to use, and the scope to ask a token for. */
export function endpointsOf(cloud: CloudId, settings: AzureSettings): AzureEndpoints & { scope: string } {
  const own = clouds[cloud];
  const resourceManager = trimmed(settings.resourceManager ?? own.resourceManager);
  // What stands in on loopback for a cloud takes that cloud's tokens; any other address is a cloud of its own.
  const isStandIn = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(resourceManager).hostname);
  const audience = isStandIn ? own.resourceManager : resourceManager;
  return {
    authorityHost: trimmed(settings.authorityHost ?? own.authorityHost),
    resourceManager,
    scope: `${audience}/.default`,
  };
}
