/** Milliseconds of processor time that some work takes on this thread, whatever else the machine does meanwhile. */
export function processorTime(work: () => void): number {
  const before = process.threadCpuUsage();
  work();
  return since(before);
}

/** The same of work that waits for others, whose time is not counted. */
export async function processorTimeOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  return since(before);
}

function since(before: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}
