import type { Written } from './written.ts';

/** One JSON document as `docs/verification.schema.json` describes it. */
export function asJson({ verification }: Written): string {
  // What could be chosen is for forms; a vCenter has thousands of objects.
  const { choices: _choices, ...shown } = verification;
  return JSON.stringify(shown, null, 2);
}
