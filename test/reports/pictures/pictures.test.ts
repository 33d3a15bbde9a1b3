import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { drawMatrix, type Matrix } from '../../../src/reports/pictures/matrix-picture.ts';
import type { Picture } from '../../../src/reports/pictures/picture.ts';
import { altWithin } from '../../../src/reports/pictures/picture.ts';
import { drawTrend, trendLabels } from '../../../src/reports/pictures/trend-picture.ts';
import type { GroupState } from '../../../src/reports/report.ts';

const points = Array.from({ length: 30 }, (_, index) => ({
  runId: `r-${index}`,
  at: new Date(Date.UTC(2026, 9, 20 + index, 8)).toISOString(),
  ready: 9 + (index % 4),
  missing: (index * 7) % 4,
  unknown: index % 3,
}));

const states: readonly (GroupState | undefined)[] = ['met', 'missing', 'untold', undefined];
const matrix: Matrix = {
  columns: ['Find the source image and the network', 'Start the build machine', 'Take the image', 'Clean up'],
  rows: [
    { name: 'prod-eu', cells: ['met', 'met', 'met', 'met'] },
    {
      name: 'staging with a name that is much too long for the picture',
      cells: ['met', 'met', 'missing', 'missing'],
    },
    { name: 'ייצור "1" 🚀', cells: ['met', 'untold', 'met', 'met'] },
    { name: 'dev', cells: [states[0], states[3], states[1], states[2]] },
  ],
};

async function pixels(png: Buffer): Promise<{ width: number; height: number; data: Uint8ClampedArray }> {
  const image = await loadImage(png);
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  return { width, height, data: context.getImageData(0, 0, width, height).data };
}

/** The share of dots that differ visibly; letters are drawn a little differently on other machines. */
async function difference(one: Buffer, other: Buffer): Promise<number> {
  const [left, right] = await Promise.all([pixels(one), pixels(other)]);
  if (left.width !== right.width || left.height !== right.height) return 1;
  let count = 0;
  for (let index = 0; index < left.data.length; index += 4) {
    const distance = [0, 1, 2].map((part) =>
      Math.abs((left.data[index + part] ?? 0) - (right.data[index + part] ?? 0)),
    );
    if (Math.max(...distance) > 64) count += 1;
  }
  return count / (left.data.length / 4);
}

/** Holds a picture against the file beside this one; `npm run screenshots` makes the file anew. */
async function expectAsBefore(name: string, { png }: Picture): Promise<void> {
  const file = new URL(`./${name}.png`, import.meta.url);
  const drawn = Buffer.from(png, 'base64');
  if (process.env.XOAP_SCREENSHOTS || !existsSync(file)) await writeFile(file, drawn);
  expect(await difference(drawn, await readFile(file))).toBeLessThan(0.02);
}

describe('the pictures of a report', () => {
  it('show a trend, and say the same in words', async () => {
    const picture = await drawTrend(points, 'Europe/Vienna');

    await expectAsBefore('trend', picture);
    expect(picture.alt).toContain('20 Oct: 9, 0, 0; 21 Oct: 10, 3, 1;');
    expect(picture.alt.match(/\d+ (Oct|Nov):/g)).toHaveLength(30);
  });

  it('show what meets what, and say the same in words', async () => {
    const picture = await drawMatrix(matrix);

    await expectAsBefore('matrix', picture);
    expect(picture.alt).toContain('prod-eu: all met');
    expect(picture.alt).toContain('ייצור "1" 🚀: Start the build machine could not be told');
    expect(picture.alt).toContain('dev: Take the image missing, Clean up could not be told');
  });

  it('differ from pictures of something else', async () => {
    const other = await drawTrend(points.toReversed(), 'Europe/Vienna');
    const file = await readFile(new URL('./trend.png', import.meta.url));

    expect(await difference(Buffer.from(other.png, 'base64'), file)).toBeGreaterThan(0.02);
  });

  it('are opaque, so that they can be read on a dark ground', async () => {
    const { data } = await pixels(Buffer.from((await drawMatrix(matrix)).png, 'base64'));

    for (let index = 3; index < data.length; index += 4) expect(data[index]).toBe(255);
  });

  it('say no more words than somebody has room for, and how much they leave out', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => ({
      name: `${index} ${'x'.repeat(80)}`,
      cells: ['missing', 'missing', 'untold', 'met'] as const,
    }));
    const picture = await drawMatrix({ ...matrix, rows });
    const alt = altWithin(picture, 2_000);

    expect(picture.alt).toContain('29 xxx');
    expect(alt.length).toBeLessThanOrEqual(2_000);
    expect(alt).toMatch(/; and \d+ more, which the report lists\.$/);
  });

  it('name days once, and times where a day has several', () => {
    const at = (time: string) => ({ runId: 'r', at: time, ready: 1, missing: 0, unknown: 0 });

    expect(trendLabels([at('2026-11-23T08:00:00Z'), at('2026-11-24T08:00:00Z')], 'UTC')).toEqual([
      '23 Nov',
      '24 Nov',
    ]);
    expect(trendLabels([at('2026-11-23T08:00:00Z'), at('2026-11-23T16:00:00Z')], 'UTC')).toEqual([
      '23 Nov 08:00',
      '23 Nov 16:00',
    ]);
  });
});
