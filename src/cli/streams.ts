import { ownFaultStatus } from './status.ts';

/** The status of a program whose reader has gone: https://www.gnu.org/software/bash/manual/html_node/Exit-Status.html */
const brokenPipeStatus = 141;

/**
 * Makes what cannot be written end the process with a status that is no verdict: a reader that has gone quietly, a
 * full disk with a sentence. What is said on standard error only is not worth an end.
 */
export function watchStreams(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(brokenPipeStatus);
    process.stderr.write(`The answer could not be written: ${error.code ?? error.name}.\n`);
    process.exit(ownFaultStatus);
  });
}

const drained = (stream: NodeJS.WriteStream) =>
  new Promise<void>((done) => {
    stream.write('', () => done());
  });

/** Ends the process once everything is written: a call that was given up on must not keep it. */
export async function endProcess(): Promise<never> {
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  process.exit();
}
