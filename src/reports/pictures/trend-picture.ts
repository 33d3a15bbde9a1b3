import type { SKRSContext2D } from '@napi-rs/canvas';
import type { TrendPoint } from '../report-records.ts';
import { momentIn } from '../timing.ts';
import { colours, draw, font, type Picture } from './picture.ts';

const size = { width: 480, height: 200 };
const plot = { left: 34, right: 20, top: 34, bottom: 30 };
/** From the bottom of a bar up; what the colours say is written above them. */
export const trendSeries = [
  { key: 'ready', name: 'Ready' },
  { key: 'missing', name: 'Missing' },
  { key: 'unknown', name: 'Could not be told' },
] as const;

/** `23 Nov`, of a moment on the clocks of a time zone. */
const dayIn = (timeZone: string, at: string) =>
  momentIn(timeZone, new Date(at)).split(' ').slice(1, 3).join(' ');

/** The labels of points: days, with the time where a day has several. */
export function trendLabels(points: readonly TrendPoint[], timeZone: string): string[] {
  const days = points.map(({ at }) => dayIn(timeZone, at));
  return points.map(({ at }, index) => {
    const day = days[index] ?? '';
    const isAlone = days.filter((other) => other === day).length === 1;
    return isAlone ? day : `${day} ${momentIn(timeZone, new Date(at)).split(' ').at(-1)}`;
  });
}

function legend(context: SKRSContext2D): void {
  let x = plot.left;
  context.font = `11px "${font}"`;
  for (const { key, name } of trendSeries) {
    context.fillStyle = colours[key];
    context.fillRect(x, 11, 10, 10);
    context.fillStyle = colours.text;
    context.fillText(name, x + 15, 17);
    x += context.measureText(name).width + 36;
  }
}

function scaleLines(context: SKRSContext2D, most: number, heightOf: (value: number) => number): void {
  const step = Math.max(1, Math.ceil(most / 4));
  context.textAlign = 'right';
  for (let value = 0; value <= most; value += step) {
    const y = size.height - plot.bottom - heightOf(value);
    context.fillStyle = colours.line;
    context.fillRect(plot.left, y, size.width - plot.left - plot.right, 1);
    context.fillStyle = colours.faint;
    context.fillText(String(value), plot.left - 6, y);
  }
}

/** Draws how many connections were in which state in each of the newest reports, as bars. */
export function drawTrend(points: readonly TrendPoint[], timeZone: string): Promise<Picture> {
  const labels = trendLabels(points, timeZone);
  const statements = points.map(
    ({ ready, missing, unknown }, index) => `${labels[index]}: ${ready}, ${missing}, ${unknown}`,
  );
  const alt = `Connections that were ready, lacked something, or could not be told, by report. ${statements.join('; ')}.`;
  const most = Math.max(1, ...points.map(({ ready, missing, unknown }) => ready + missing + unknown));
  const inner = { width: size.width - plot.left - plot.right, height: size.height - plot.top - plot.bottom };
  const heightOf = (value: number) => (value / most) * inner.height;
  return draw({ ...size, alt }, (context) => {
    legend(context);
    scaleLines(context, most, heightOf);
    const slot = inner.width / points.length;
    const bar = Math.min(28, slot * 0.7);
    context.textAlign = 'center';
    // As many labels as stand beside each other.
    const every = Math.ceil(points.length / Math.floor(inner.width / 56));
    for (const [index, point] of points.entries()) {
      const middle = plot.left + slot * (index + 0.5);
      let y = size.height - plot.bottom;
      for (const { key } of trendSeries) {
        const height = heightOf(point[key]);
        context.fillStyle = colours[key];
        context.fillRect(middle - bar / 2, y - height, bar, height);
        y -= height;
      }
      if ((points.length - 1 - index) % every > 0) continue;
      context.fillStyle = colours.faint;
      context.fillText(labels[index] ?? '', middle, size.height - plot.bottom / 2);
    }
  });
}
