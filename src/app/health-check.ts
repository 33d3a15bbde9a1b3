import { readHealthAddresses } from '../config/config.ts';

// Asks the process of this container whether it is ready; status 0 where it is, 1 where it is not. For container engines,
// which run it beside the process: node src/app/health-check.ts

/** Milliseconds that an answer may take. */
const patienceMs = 4_000;

async function ask(address: string): Promise<void> {
  const { ok } = await fetch(address, { signal: AbortSignal.timeout(patienceMs) });
  if (!ok) throw new Error(`${address} is not ready`);
}

process.exitCode = await Promise.any(readHealthAddresses().map(ask)).then(
  () => 0,
  () => 1,
);
