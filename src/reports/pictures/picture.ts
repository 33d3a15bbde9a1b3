import { createRequire } from 'node:module';
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';

/** A drawing, for clients that cannot draw what it shows by themselves. */
export type Picture = {
  /** The PNG, in base64. */
  readonly png: string;
  /** What it shows, in words. */
  readonly alt: string;
  readonly width: number;
  readonly height: number;
};

/** What a picture shows, in so many characters: whole statements, and how many more there are. */
export function altWithin({ alt }: Pick<Picture, 'alt'>, most: number): string {
  if (alt.length <= most) return alt;
  const statements = alt.replace(/\.$/, '').split('; ');
  const more = (count: number) => `; and ${count} more, which the report lists.`;
  const room = most - more(statements.length).length;
  let length = -2;
  const fitting = statements.filter((statement) => {
    length += statement.length + 2;
    return length <= room;
  });
  return `${fitting.join('; ')}${more(statements.length - fitting.length)}`;
}

/** Colours that people with red-green blindness tell apart, on a ground that light and dark clients both leave alone. */
export const colours = {
  ground: '#ffffff',
  text: '#1d2733',
  faint: '#5b6875',
  line: '#d5dbe1',
  ready: '#2f7fb8',
  missing: '#c2410c',
  unknown: '#8a94a0',
} as const;

export const font = 'XOAP Sans';
const fontFiles = ['dejavu-fonts-ttf/ttf/DejaVuSans.ttf', 'dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'];
/** Dots a unit: sharp on small screens, and still small enough for a card to carry. */
const scale = 1.5;

type Graphics = typeof import('@napi-rs/canvas');
let loaded: Promise<Graphics> | undefined;

/** Loads the library and the bundled font with the first picture; the fonts of the machine are not asked. */
function load(): Promise<Graphics> {
  loaded ??= import('@napi-rs/canvas').then((graphics) => {
    const { resolve } = createRequire(import.meta.url);
    for (const file of fontFiles) graphics.GlobalFonts.registerFromPath(resolve(file), font);
    return graphics;
  });
  return loaded;
}

/** Draws on a ground of its own and encodes it; sizes are in units, of which a card is some hundred wide. */
export async function draw(
  { width, height, alt }: Omit<Picture, 'png'>,
  paint: (context: SKRSContext2D) => void,
): Promise<Picture> {
  const { createCanvas } = await load();
  const canvas: Canvas = createCanvas(width * scale, height * scale);
  const context = canvas.getContext('2d');
  context.scale(scale, scale);
  context.fillStyle = colours.ground;
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'middle';
  paint(context);
  const { smallPng } = await import('./small-png.ts');
  const png = smallPng(context.getImageData(0, 0, canvas.width, canvas.height));
  return { png: Buffer.from(png).toString('base64'), alt, width, height };
}

/** A text cut to a width in units, with an ellipsis where something is cut off. */
export function fitted(context: SKRSContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && context.measureText(`${characters.join('')}…`).width > width)
    characters.pop();
  return `${characters.join('')}…`;
}
