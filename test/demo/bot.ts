import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { createLogger } from '../../src/logger.ts';
import { createDemoProviders } from './providers.ts';

// The bot of the demo: all of the product, with the credentials of the simulated clouds verified there and every other
// one at the real provider. A vCenter is called where its connection says, so it needs no such choice.

const config = readConfig();
const app = await startApp(config, createLogger(config.XOAP_LOG_LEVEL), {
  providers: createDemoProviders({
    aws: { endpoint: process.env.XOAP_DEMO_AWS },
    azure: { authorityHost: process.env.XOAP_DEMO_AZURE, resourceManager: process.env.XOAP_DEMO_AZURE },
    google: { endpoint: process.env.XOAP_DEMO_GOOGLE },
    vsphere: { allowedHosts: config.XOAP_VSPHERE_ALLOWED_HOSTS },
  }),
});
process.once('SIGTERM', async () => {
  await app.close();
  process.exit(0);
});
