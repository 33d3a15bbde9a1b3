import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisPictureShelf } from '../../adapters/redis/picture-shelf.ts';
import { render } from '../../adapters/teams/render.ts';
import { until } from '../../simulations/until.ts';
import { servePictures } from '../../src/app/picture-server.ts';
import { drawMatrix, type Matrix } from '../../src/reports/pictures/matrix-picture.ts';
import type { Picture } from '../../src/reports/pictures/picture.ts';
import { picturePath } from '../../src/reports/pictures/picture-shelf.ts';
import { drawTrend } from '../../src/reports/pictures/trend-picture.ts';
import { isWithoutBrowser, picture, startBrowser } from '../support/browser.ts';
import { openTestRedis, type TestRedis } from '../support/redis.ts';
import { sampleMatrix, samplePoints, sampleReports } from '../support/sample-reports.ts';

const steps = [
  'Find the source image',
  'Start the machine',
  'Sign in',
  'Work with disks',
  'Take the image',
  'Clean up',
];

const library = createRequire(import.meta.url).resolve('adaptivecards/dist/adaptivecards.js');

describe.skipIf(isWithoutBrowser)('a report in Teams, drawn by the adaptivecards library', () => {
  let browser: Browser;
  let page: Page;
  let redis: TestRedis;
  let server: Server;
  beforeAll(async () => {
    [browser, redis] = await Promise.all([startBrowser(), openTestRedis()]);
    page = await browser.newPage({ viewport: { width: 760, height: 1_150 } });
    const app = express();
    servePictures(app, createRedisPictureShelf(redis.patient));
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(async () => {
    await browser.close();
    server.close();
    await redis.close();
  });

  /** Where a picture can be fetched, by its words. */
  async function shelve(shown: Picture): Promise<[string, string]> {
    const name = await createRedisPictureShelf(redis.patient).put(shown);
    const { port } = server.address() as AddressInfo;
    return [shown.alt, `http://127.0.0.1:${port}${picturePath}/${name}.png`];
  }

  const widthOf = async (alt: RegExp) => {
    const image = page.getByAltText(alt);
    await image.waitFor();
    return until('the picture', () =>
      image.evaluate((element) => (element as unknown as { naturalWidth: number }).naturalWidth || undefined),
    );
  };

  /** Draws cards below each other, as a channel and its thread would. */
  async function draw(cards: readonly unknown[], theme: 'light' | 'dark'): Promise<void> {
    const [ground, text] = theme === 'dark' ? ['#1f1f1f', '#ffffff'] : ['#ffffff', '#1f1f1f'];
    await page.setContent(
      `<main style="font: 14px sans-serif; padding: 16px; background: ${ground}"></main>`,
    );
    await page.addScriptTag({ path: library });
    await page.locator('main').evaluate(
      (place, { payloads, colour }) => {
        const { AdaptiveCards } = globalThis as unknown as {
          AdaptiveCards: typeof import('adaptivecards');
        };
        for (const payload of payloads) {
          const card = new AdaptiveCards.AdaptiveCard();
          card.hostConfig = new AdaptiveCards.HostConfig({
            containerStyles: {
              default: { foregroundColors: { default: { default: colour, subtle: colour } } },
            },
          });
          card.parse(payload);
          place.append(card.render() ?? '');
        }
      },
      { payloads: [...cards], colour: text },
    );
  }

  it.each(['light', 'dark'] as const)(
    'has its table, and its pictures where a client draws no charts, in %s',
    async (theme) => {
      const [root] = sampleReports['report-root'] ?? [];
      const trend = {
        kind: 'trend',
        title: 'The last 30 reports',
        points: samplePoints,
        timeZone: 'Europe/Vienna',
        picture: await drawTrend(samplePoints, 'Europe/Vienna'),
      } as const;
      const wide: Matrix = {
        columns: steps,
        rows: [
          { name: 'prod-eu', cells: ['met', 'met', 'met', 'met', 'missing', 'missing'] },
          { name: 'staging', cells: ['met', 'met', 'met', 'met', 'met', 'met'] },
          { name: 'edge', cells: ['untold', 'untold', 'untold', 'untold', 'untold', 'untold'] },
        ],
      };
      const matrix = {
        kind: 'table',
        caption: 'What AWS connections meet',
        columns: ['Connection', ...steps],
        rows: [],
        picture: await drawMatrix(wide),
      } as const;
      const names = new Map([
        ['U000000001', 'Kim Example'],
        ['U000000002', 'Lee Example'],
      ]);
      const pictures = new Map(await Promise.all([trend.picture, matrix.picture].map(shelve)));
      const cards = [
        root ? render(root, { names }) : {},
        render({ summary: 'The last 30 reports', parts: [trend] }, { pictures }),
        render({ summary: 'What they meet', parts: [matrix] }, { pictures }),
      ];
      await draw(cards, theme);

      const text = await page.locator('main').textContent();
      expect(text).toContain('Morning check — 1 of 7 connections cannot build images');
      expect(text).toContain(
        'prod-eu lost ec2:CreateImage, ec2:DeleteSnapshot — the connection was added by Kim Example',
      );
      expect(await widthOf(/^Connections that were ready, lacked something/)).toBeGreaterThan(400);
      expect(await widthOf(/^prod-eu: /)).toBeGreaterThan(300);
      await picture(page, `teams-report-${theme}`);
    },
  );

  it('says the same in words where clients cannot fetch pictures', async () => {
    const shown = await drawTrend(samplePoints, 'Europe/Vienna');
    const part = {
      kind: 'trend',
      title: 'Trend',
      points: samplePoints,
      timeZone: 'UTC',
      picture: shown,
    } as const;
    await draw([render({ summary: 'Trend', parts: [part] })], 'light');

    expect(await page.locator('main').textContent()).toContain('24 Oct: 6, 0, 1');
  });

  it('hands out pictures by their names, and nothing else', async () => {
    const [, url] = await shelve(await drawMatrix(sampleMatrix));
    const answer = await fetch(url);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    for (const name of ['x.png', `${'0'.repeat(48)}.png`, '..%2f..%2fetc%2fpasswd', '*'])
      expect((await fetch(new URL(name, url))).status).toBe(404);
  });
});
