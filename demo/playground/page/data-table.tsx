import { useState } from 'react';
import type { Json } from '../../../simulations/slack/payloads.ts';

/** Plain text, or rich text whose link leads into the real Slack, which is not here. */
type Cell = {
  readonly text?: string;
  readonly elements?: readonly { readonly elements: readonly { readonly text?: string }[] }[];
};

const textOf = ({ text, elements = [] }: Cell) =>
  text ?? elements.flatMap((part) => part.elements.map((each) => each.text ?? '')).join('');

/** The newest of Slack's tables, which the library does not draw: https://docs.slack.dev/reference/block-kit/blocks/data-table-block */
export function DataTable({ block }: { readonly block: Json }) {
  const [isWhole, setWhole] = useState(false);
  const [head = [], ...rows] = block.rows as Cell[][];
  const atOnce = Number(block.page_size ?? rows.length);
  const shown = isWhole ? rows : rows.slice(0, atOnce);
  return (
    <div className="data-table">
      {/* What scrolls must be reachable with the keyboard. */}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls takes the focus, so that keys can scroll it */}
      <section aria-label={String(block.caption)} tabIndex={0}>
        <table>
          <caption>{String(block.caption)}</caption>
          <thead>
            <tr>
              {head.map(textOf).map((text) => (
                <th key={text} scope="col">
                  {text}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((cells) => (
              <tr key={cells.map(textOf).join('\n')}>
                {cells.map((cell, index) => (
                  <td key={head[index]?.text}>{textOf(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > shown.length && (
        <button type="button" className="link" onClick={() => setWhole(true)}>
          Show all {rows.length} rows
        </button>
      )}
    </div>
  );
}
