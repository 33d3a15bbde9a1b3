/** Milliseconds of processor time that some work takes here, whatever else the machine does meanwhile. */
export function processorTime(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
