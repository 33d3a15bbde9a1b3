#!/usr/bin/env node
import { CommanderError } from 'commander';
import { isAppError } from '../errors.ts';
import { BadInput } from './bad-input.ts';
import { createProgram } from './program.ts';
import { badInputStatus, ownFaultStatus } from './status.ts';
import { endProcess, watchStreams } from './streams.ts';

function describeFault(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message.split('\n', 1)[0]}` : 'unknown fault';
}

/** Says what went wrong and resolves to the status; a fault of our own must not look like a verdict. */
function statusOf(error: unknown): number {
  // The parser has said it already, or has shown the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : badInputStatus;
  const isBadInput = error instanceof BadInput || isAppError(error, 'config.invalid', 'machine.unreadable');
  process.stderr.write(`${isBadInput ? error.message : `xoap failed: ${describeFault(error)}`}\n`);
  return isBadInput ? badInputStatus : ownFaultStatus;
}

watchStreams();
process.on('uncaughtException', (error) => {
  process.exitCode = statusOf(error);
  void endProcess();
});
try {
  const program = await createProgram();
  await program.parseAsync();
} catch (error) {
  process.exitCode = statusOf(error);
}
await endProcess();
