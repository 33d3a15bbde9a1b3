import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Where Chromium or Chrome stands on machines as they come. */
const places = [
  process.env.CHROME_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const program = places.find((path) => path !== '' && existsSync(path));

/** Without a browser its tests are left out, unless the environment says that they must run. */
export const isWithoutBrowser = program === undefined && process.env.XOAP_TEST_BROWSER !== 'required';

const quiet = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Starts a browser without a window. */
export function startBrowser(): Promise<Browser> {
  if (!program) throw new Error('A browser is needed: install Chromium or Chrome, or set CHROME_PATH');
  return chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
}

const images = join(import.meta.dirname, '../../docs/images');

/** Keeps a picture for the documentation, when `npm run screenshots` asks for it. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.XOAP_SCREENSHOTS !== '1') return;
  await mkdir(images, { recursive: true });
  await page.screenshot({ path: join(images, `${name}.png`) });
}
