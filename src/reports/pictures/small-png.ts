import { encode } from 'fast-png';

const mostColours = 256;

type Pixels = { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray };

/** How far apart two colours are. */
function distance(one: number, other: number): number {
  const part = (shift: number) => ((one >> shift) & 255) - ((other >> shift) & 255);
  return part(16) ** 2 + part(8) ** 2 + part(0) ** 2;
}

/** The colours of a drawing, each by the place of the nearest of the most frequent ones. */
function placesOf(colours: Uint32Array): { palette: number[]; places: Map<number, number> } {
  const counts = new Map<number, number>();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const frequent = [...counts].sort(([, one], [, other]) => other - one).map(([colour]) => colour);
  const palette = frequent.slice(0, mostColours);
  const nearest = (colour: number) =>
    palette.reduce(
      (best, each, place) => (distance(each, colour) < distance(palette[best] ?? 0, colour) ? place : best),
      0,
    );
  const rest = frequent.slice(mostColours);
  const places = new Map([...palette.entries()].map(([place, colour]) => [colour, place]));
  for (const colour of rest) places.set(colour, nearest(colour));
  return { palette, places };
}

/**
 * Encodes an opaque drawing with a palette, as a file a quarter of the size: a card has little room, and a drawing has
 * few colours.
 */
export function smallPng({ width, height, data }: Pixels): Uint8Array {
  const colours = Uint32Array.from({ length: width * height }, (_, index) => {
    const at = index * 4;
    return ((data[at] ?? 0) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
  });
  const { palette, places } = placesOf(colours);
  return encode(
    {
      width,
      height,
      channels: 1,
      depth: 8,
      data: Uint8Array.from(colours, (colour) => places.get(colour) ?? 0),
      palette: palette.map((colour) => [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255]),
    },
    { zlib: { level: 9 } },
  );
}
