import { startApp } from '../src/app/app.ts';
import { readConfig } from '../src/config/config.ts';
import { createLogger } from '../src/logger.ts';
import { loadDemoProviders } from './providers.ts';

// The bot of the demo: all of the product, with the credentials of the simulated clouds verified there and every other
// one at the real provider. A vCenter is called where its connection says, so it needs no such choice.

/** Where a simulated cloud is; without it a credential of that cloud would go to the real one. */
function addressOf(name: string): string {
  const address = process.env[name];
  if (!address) throw new Error(`${name} is missing`);
  return address;
}

/** The settings; a second process shares the private Redis of the first, which no address leads to. */
function settings() {
  const { XOAP_DEMO_REDIS: socket } = process.env;
  if (!socket) return readConfig();
  return { ...readConfig({ ...process.env, REDIS_URL: 'redis://127.0.0.1' }), REDIS_URL: socket };
}

const config = settings();
const providers = await loadDemoProviders(config.providers, {
  aws: addressOf('XOAP_DEMO_AWS'),
  azure: addressOf('XOAP_DEMO_AZURE'),
  google: addressOf('XOAP_DEMO_GOOGLE'),
});
const app = await startApp(config, createLogger(config.XOAP_LOG_LEVEL), { providers });
let isClosing = false;
async function stop(): Promise<void> {
  if (isClosing) return;
  isClosing = true;
  await app.close();
  process.exit(0);
}
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
// Whoever started it is gone.
process.on('disconnect', stop);
