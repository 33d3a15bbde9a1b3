import { median } from './statistics.ts';

/** One figure, measured on the product and on what it is held against, in the same run. */
export type Row = {
  readonly name: string;
  readonly unit: string;
  readonly product: number;
  readonly baseline: number;
  /** How the two are held against each other. */
  readonly compare: 'ratio' | 'difference';
  readonly result: number;
  /** What is to be reached. */
  readonly bar: { readonly atMost: number } | { readonly atLeast: number };
  readonly reached: boolean;
};

export type Goal = Pick<Row, 'name' | 'unit' | 'bar'> & { readonly compare?: Row['compare'] };

const usualRounds = 5;

/** Runs both sides in turn, some rounds after one to warm up, and holds the medians of each figure against its bar. */
export async function measure(
  goals: readonly Goal[],
  sides: { product: () => Promise<number[]>; baseline: () => Promise<number[]> },
  rounds = usualRounds,
): Promise<Row[]> {
  await sides.baseline();
  await sides.product();
  const measured: { product: number[]; baseline: number[] }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    measured.push({ baseline: await sides.baseline(), product: await sides.product() });
  }
  return goals.map((goal, index) => {
    const product = median(measured.map((round) => round.product[index] ?? Number.NaN));
    const baseline = median(measured.map((round) => round.baseline[index] ?? Number.NaN));
    const compare = goal.compare ?? 'ratio';
    const result = compare === 'ratio' ? product / baseline : product - baseline;
    const reached = 'atMost' in goal.bar ? result <= goal.bar.atMost : result >= goal.bar.atLeast;
    return { ...goal, compare, product, baseline, result, reached };
  });
}
