import { httpsUrl, setting } from '../../setting.ts';
import { providerEntry } from '../entry.ts';

/** Microsoft Azure. */
export const azure = providerEntry({
  id: 'azure',
  settings: {
    XOAP_AZURE_AUTHORITY_HOST: setting(
      'anywhere',
      'Address where Azure connections sign in, in place of that of their cloud; for sovereign and test clouds.',
      httpsUrl.optional(),
    ),
    XOAP_AZURE_RESOURCE_MANAGER: setting(
      'anywhere',
      'Address of Azure Resource Manager, in place of that of the cloud of a connection; for sovereign and test clouds.',
      httpsUrl.optional(),
    ),
  },
  async load({ XOAP_AZURE_AUTHORITY_HOST: authorityHost, XOAP_AZURE_RESOURCE_MANAGER: resourceManager }) {
    const { createAzure } = await import('./provider.ts');
    return createAzure({ authorityHost, resourceManager });
  },
});
