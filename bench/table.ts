import type { Row } from './measure.ts';

const shown = (number: number) =>
  number >= 100 ? Math.round(number).toLocaleString('en-US') : number.toFixed(number < 10 ? 2 : 1);

/** What was measured as a table: `docs/performance.md` has it, and a test holds the two together. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ name, unit, product, baseline, compare, result, bar }) => {
    const sign = compare === 'ratio' ? '×' : unit;
    const goal = 'atMost' in bar ? `≤ ${bar.atMost}` : `≥ ${bar.atLeast}`;
    const against = baseline === 0 ? '' : `${shown(baseline)} ${unit}`;
    return `| ${name} | ${shown(product)} ${unit} | ${against} | ${shown(result)} ${sign} | ${goal} |`;
  });
  return ['| what | the bot | against | result | goal |', '| --- | --- | --- | --- | --- |', ...lines].join(
    '\n',
  );
}
