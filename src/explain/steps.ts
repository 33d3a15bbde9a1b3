import steps from '../catalog/build-steps.json' with { type: 'json' };
import type { ToolStep } from '../providers/told.ts';

/** A tool names its step before what the provider answered, in the same message. */
const before = 300;

/** What the tool did at a place of a text, by the words that stand last before it. */
export function stepIn(text: string, provider: string, at: number): ToolStep | undefined {
  const slice = text.slice(Math.max(0, at - before), at);
  const found = steps.steps
    .filter((step) => step.provider === provider)
    .map((step) => ({ step, place: slice.lastIndexOf(step.says) }))
    .filter(({ place }) => place >= 0)
    .toSorted((one, other) => other.place - one.place || other.step.says.length - one.step.says.length);
  return found[0]?.step;
}
