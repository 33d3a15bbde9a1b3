import { stringify } from 'csv-stringify/sync';
import { cellsOf } from './cells.ts';
import { ocsfOf } from './ocsf.ts';
import type { Exported, ExportKind } from './records.ts';

export const exportFormats = ['csv', 'jsonl', 'ocsf'] as const;
export type ExportFormat = (typeof exportFormats)[number];

const endings: Record<ExportFormat, string> = { csv: 'csv', jsonl: 'jsonl', ocsf: 'ocsf.jsonl' };

/** One line of a format. A cell that a spreadsheet would take for a formula is one no more. */
function lineOf(format: ExportFormat, each: Exported): string {
  if (format === 'ocsf') return `${JSON.stringify(ocsfOf(each))}\n`;
  const cells = cellsOf(each);
  return format === 'jsonl' ? `${JSON.stringify(cells)}\n` : stringify([cells], { escape_formulas: true });
}

const headOf = (each: Exported) => stringify([Object.keys(cellsOf(each))]);

/** A file that was exported, and how many lines of it are entries. */
export type ExportedFile = { readonly name: string; readonly content: Buffer; readonly count: number };

/** Writes what comes into a file, piece by piece. */
export async function writeExport(
  all: AsyncIterable<Exported>,
  { kind, format, now }: { readonly kind: ExportKind; readonly format: ExportFormat; readonly now: Date },
): Promise<ExportedFile> {
  const pieces: Buffer[] = [];
  let [count, lines] = [0, ''];
  const keep = (least: number) => {
    if (lines.length <= least) return;
    pieces.push(Buffer.from(lines));
    lines = '';
  };
  for await (const each of all) {
    if (count === 0 && format === 'csv') lines += headOf(each);
    lines += lineOf(format, each);
    count += 1;
    keep(100_000);
  }
  keep(0);
  const day = now.toISOString().slice(0, 10);
  return { name: `xoap-${kind}-${day}.${endings[format]}`, content: Buffer.concat(pieces), count };
}
