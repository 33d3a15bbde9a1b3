import { expect } from 'vitest';
import type { Provider } from '../../src/providers/provider.ts';
import { runVerification } from '../../src/providers/run-verification.ts';
import type { Verification } from '../../src/verification/verification.ts';

// What a thread says is carried out as it stands, command by command, by an administrator of the simulated cloud; then
// the same credential is verified again. Every requirement is missing once.

export type Case = {
  readonly provider: Provider;
  readonly values: Readonly<Record<string, string>>;
  readonly profileOptions: readonly string[];
};

export async function verify({ provider, values, profileOptions }: Case): Promise<Verification> {
  const parsed = provider.parse(values, profileOptions);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runVerification({ provider, ...parsed, profileOptions });
}

export const missingIn = ({ findings }: Verification) =>
  findings.filter(({ state }) => state === 'missing').map(({ requirement }) => requirement);

/** Holds a fix to what it promises: what was missing is not missing any more. */
export async function expectFixed(
  what: Case,
  { lacking, fix }: { lacking: string; fix: (verification: Verification) => void },
): Promise<void> {
  const before = await verify(what);
  expect(missingIn(before)).toContain(lacking);
  fix(before);

  const after = await verify(what);
  expect(missingIn(after)).toEqual([]);
  expect(after.verdict).toBe('ready');
}
