import packageFile from '../package.json' with { type: 'json' };
import { type RunningApp, startApp } from './app/app.ts';
import { growInSmallSteps } from './app/heap.ts';
import { readConfig } from './config/config.ts';
import { isAppError } from './errors.ts';
import { createLogger } from './logger.ts';

/** Milliseconds in which the process ends that was told to. */
const longestEndMs = 19_000;

async function main(): Promise<void> {
  const config = readConfig();
  const logger = createLogger(config.XOAP_LOG_LEVEL);
  logger.info({ version: packageFile.version, process: config.XOAP_PROCESS }, 'xoap-chatops starts');
  let app: RunningApp | undefined;
  let closing = false;
  const stop = async (signal: string) => {
    if (closing) return;
    closing = true;
    logger.info({ signal }, 'stopping');
    // What holds on for longer, such as a Redis that does not answer, must not keep the process.
    setTimeout(() => process.exit(1), longestEndMs).unref();
    await app?.close();
    process.exit(0);
  };
  // Whoever reads that this is ready may stop it at once.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  app = await startApp(config, logger);
  if (config.XOAP_PROCESS !== 'bot') growInSmallSteps();
}

try {
  await main();
} catch (error) {
  if (!isAppError(error)) throw error;
  process.stderr.write(`${error.message}\n${error.hint ? `${error.hint}\n` : ''}`);
  process.exit(1);
}
