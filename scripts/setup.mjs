// Prepares a machine for `npm run demo`, `npm test` and `npm start`: packages, a Node that runs TypeScript, a Redis
// server (installed where that may be, else unpacked below `.xoap`), the page of the playground and, for the tests, a browser. Runs on Node 20 and newer with nothing installed, says what it does, asks nothing, and does nothing twice.
// XOAP_NO_INSTALL=1 forbids it to install anything.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildOnce } from './build-once.mjs';
import { hasUnpackedRedis, unpackRedis } from './unpack-redis.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const lockFile = join(root, 'package-lock.json');
const mayInstall = process.env.XOAP_NO_INSTALL !== '1';
const purpose = process.argv[2] ?? 'test';
const oldestNode = 24;

const say = (text) => process.stderr.write(`setup: ${text}\n`);

/** Ends the setup with what is wrong and what to do. */
function fail(text) {
  say(text);
  process.exit(1);
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], ...options }).status === 0;
}

function find(program) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/** Installs the packages of the lock file, once for each state of it. */
function installPackages() {
  const lock = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  const stamp = join(root, 'node_modules', '.xoap-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  if (!mayInstall) {
    // Whoever installs by hand has no stamp; npm's own record of what it installed is enough then.
    if (existsSync(join(root, 'node_modules', '.package-lock.json'))) return;
    fail('the packages are not installed. Run: npm ci');
  }
  say('installing packages (npm ci) …');
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']))
    fail('npm ci failed; its reason stands above.');
  writeFileSync(stamp, lock);
}

function versionOf(node) {
  const { stdout, status } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return status === 0 ? Number.parseInt(stdout.slice(1), 10) : 0;
}

/** npm scripts look into node_modules/.bin first, so the Node that is installed there runs them. */
function checkNode() {
  const own = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(own) && versionOf(own) >= oldestNode) return;
  const installer = join(root, 'node_modules', 'node', 'installArchSpecificPackage.js');
  // An npm that runs no install scripts leaves the package without its program.
  if (mayInstall && existsSync(installer)) {
    say(`installing Node ${oldestNode} …`);
    const cwd = join(root, 'node_modules', 'node');
    if (run(process.execPath, [installer], { cwd }) && versionOf(own) >= oldestNode) return;
  }
  if (versionOf(process.execPath) >= oldestNode) return;
  fail(
    `Node ${oldestNode} is needed and this is ${process.version}. Run: npm install --no-save node@${oldestNode}`,
  );
}

const hasRedis = () => Boolean(find('redis-server') ?? find('valkey-server')) || hasUnpackedRedis(root);

const mayUseApt = () => mayInstall && find('apt-get') && process.getuid?.() === 0;

function installFromApt(...packages) {
  say(`installing ${packages.join(' and ')} (apt-get) …`);
  // The run level keeps packages from starting servers of their own.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...packages];
  return run('apt-get', ['update', '-qq'], { env }) && run('apt-get', install, { env });
}

function installRedis() {
  if (mayUseApt()) return installFromApt('redis-server');
  if (find('brew')) {
    say('installing redis (brew) …');
    return run('brew', ['install', 'redis']);
  }
  if (find('apt-get') && find('dpkg')) {
    say(
      'unpacking redis-server below .xoap (apt-get download), since this user has no right to install it …',
    );
    return unpackRedis(root, run);
  }
  return false;
}

function checkRedis() {
  const isGiven =
    purpose === 'start' &&
    (process.env.REDIS_URL || /^\s*(export\s+)?REDIS_URL\s*=\s*\S/m.test(readIfThere('.env')));
  if (['check', 'mutate'].includes(purpose) || isGiven || hasRedis()) return;
  if (process.platform === 'win32')
    fail(
      'there is no Redis server for Windows itself. Run this in WSL (wsl --install), or the image with Docker (docker compose up).',
    );
  if (mayInstall && installRedis() && hasRedis()) return;
  fail(
    'a Redis server is needed. Install one of: "sudo apt-get install redis-server", "sudo dnf install valkey", ' +
      '"brew install redis"; or, for npm start, set REDIS_URL to one that runs already.',
  );
}

/** The mutation tester is large and rarely run, so it is no package of the lock file. */
const mutator = ['@stryker-mutator/core@10.1.1', '@stryker-mutator/vitest-runner@10.1.1'];

function installMutator() {
  if (purpose !== 'mutate' || existsSync(join(root, 'node_modules', '@stryker-mutator', 'core'))) return;
  if (!mayInstall)
    fail(`the mutation tester is not installed. Run: npm install --no-save ${mutator.join(' ')}`);
  say('installing the mutation tester (npm install --no-save) …');
  if (!run('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error', ...mutator]))
    fail('npm install failed; its reason stands above.');
}

/** Where a browser stands on machines as they come; `test/support/browser.ts` looks in the same places. */
const browsers = [
  process.env.CHROME_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const hasBrowser = () => browsers.some((path) => path !== '' && existsSync(path));

/** Tests in a browser are left out where there is none and none can be installed. */
function checkBrowser() {
  if (purpose !== 'test' || hasBrowser()) return;
  if (mayUseApt() && installFromApt('chromium', 'fonts-noto-color-emoji') && hasBrowser()) return;
  say(
    'no Chromium or Chrome was found, so the tests in a browser are left out. Install one, or set CHROME_PATH.',
  );
}

const playground = join(root, 'demo', 'playground');

/** Runs a script with the Node of this folder, since that of the machine may be too old for it. */
function runScript(...args) {
  const own = join(root, 'node_modules', '.bin', 'node');
  return run(existsSync(own) ? own : process.execPath, args);
}

/** Builds the page of the playground; nothing is built at run time. */
function buildPage() {
  if (!['demo', 'test'].includes(purpose)) return;
  const shared = ['form-state.ts', 'payloads.ts'].map((name) => join(root, 'simulations', 'slack', name));
  const own = ['vite.config.ts', 'wire.ts', 'page'].map((name) => join(playground, name));
  const isBuilt = buildOnce(join(playground, 'dist'), [lockFile, ...shared, ...own], () => {
    say('building the page of the playground (vite) …');
    const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
    return runScript(vite, 'build', '--config', join(playground, 'vite.config.ts'), '--logLevel', 'warn');
  });
  if (!isBuilt) fail('the page could not be built; the reason stands above.');
}

/** Bundles the bot, so that it starts from few files. */
function buildBundle() {
  if (!['start', 'bench'].includes(purpose)) return;
  const script = join(root, 'scripts', 'bundle.mjs');
  const own = ['package.json', 'scripts/unbundled.mjs', 'src', 'adapters', 'jobs'].map((name) =>
    join(root, name),
  );
  const isBuilt = buildOnce(join(root, 'dist'), [lockFile, script, ...own], () => {
    say('bundling the bot (rolldown) …');
    return runScript(script);
  });
  if (!isBuilt)
    fail(
      'the bot could not be bundled; the reason stands above. It starts without: node_modules/.bin/node src/main.ts',
    );
}

function readIfThere(name) {
  const path = join(root, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

installPackages();
checkNode();
checkRedis();
checkBrowser();
installMutator();
buildPage();
buildBundle();
