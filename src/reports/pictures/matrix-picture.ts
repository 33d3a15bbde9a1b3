import type { SKRSContext2D } from '@napi-rs/canvas';
import type { GroupState } from '../report.ts';
import { colours, draw, fitted, font, type Picture } from './picture.ts';

/** Connections against groups of requirements; a group that does not count for a connection has no state. */
export type Matrix = {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly (GroupState | undefined)[] }[];
};

const row = 22;
const column = 26;
const names = { widest: 190, narrowest: 70, padding: 10 };
/** Units that a letter of a name takes, about. */
const letter = 7.5;
/** Above the columns, where their titles stand on a slant. */
const titles = 112;

const looks = {
  met: { colour: colours.ready, mark: '✓' },
  missing: { colour: colours.missing, mark: '✗' },
  untold: { colour: colours.unknown, mark: '?' },
  accepted: { colour: colours.faint, mark: '–' },
} as const;
export const stateNames: Readonly<Record<GroupState, string>> = {
  met: 'met',
  missing: 'missing',
  untold: 'could not be told',
  accepted: 'accepted',
};

function altOf({ columns, rows }: Matrix): string {
  const lines = rows.map(({ name, cells }) => {
    const open = cells.flatMap((state, index) =>
      state && state !== 'met' ? [`${columns[index]} ${stateNames[state]}`] : [],
    );
    return `${name}: ${open.length > 0 ? open.join(', ') : 'all met'}`;
  });
  return `${lines.join('; ')}.`;
}

function cell(context: SKRSContext2D, state: GroupState, { x, y }: { x: number; y: number }): void {
  const { colour, mark } = looks[state];
  context.fillStyle = colour;
  context.beginPath();
  context.roundRect(x + 3, y + 2, column - 6, row - 4, 4);
  context.fill();
  context.fillStyle = colours.ground;
  context.font = `bold 12px "${font}"`;
  context.textAlign = 'center';
  context.fillText(mark, x + column / 2, y + row / 2 + 1);
}

/** Draws which groups of requirements each connection meets; marks say what the colours say. */
export function drawMatrix(matrix: Matrix): Promise<Picture> {
  const { columns, rows } = matrix;
  const longest = Math.max(...rows.map(({ name }) => [...name].length)) * letter;
  const room = Math.min(names.widest, Math.max(names.narrowest, longest));
  const left = room + 2 * names.padding;
  // The last title reaches beyond its column.
  const width = left + columns.length * column + titles * 0.75;
  const height = titles + rows.length * row + 12;
  return draw({ width: Math.ceil(width), height, alt: altOf(matrix) }, (context) => {
    for (const [index, title] of columns.entries()) {
      context.save();
      context.translate(left + (index + 0.5) * column, titles - 8);
      context.rotate(-Math.PI / 4);
      context.font = `11px "${font}"`;
      context.textAlign = 'left';
      context.fillStyle = colours.text;
      context.fillText(fitted(context, title, titles * 1.25), 0, 0);
      context.restore();
    }
    for (const [index, { name, cells }] of rows.entries()) {
      const y = titles + index * row;
      context.fillStyle = colours.line;
      context.fillRect(names.padding, y, left + columns.length * column - names.padding, 1);
      context.fillStyle = colours.text;
      context.font = `12px "${font}"`;
      context.textAlign = 'left';
      context.fillText(fitted(context, name, room), names.padding, y + row / 2 + 1);
      for (const [place, state] of cells.entries())
        if (state) cell(context, state, { x: left + place * column, y });
    }
  });
}
