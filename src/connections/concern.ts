import type { LatestVerdict } from './history.ts';

/** How a connection stands for whoever looks over all of them: what needs somebody first comes first. */
export const concerns = ['missing', 'failed', 'unproven', 'unverified', 'ready'] as const;
export type Concern = (typeof concerns)[number];

/** How a connection stands by its latest verdict; whose sign-in was refused can do nothing either. */
export function concernOf(latest: Pick<LatestVerdict, 'verdict' | 'isRefused'> | undefined): Concern {
  if (!latest) return 'unverified';
  return latest.isRefused ? 'missing' : latest.verdict;
}
