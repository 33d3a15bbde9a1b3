// Unpacks redis-server from the packages of Debian or Ubuntu below `.xoap/`, for whoever may not install it: nothing of
// the system is changed and no rights are needed. apt keeps its state, lists and cache in a folder of its own.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Libraries that libraries need are found in so many rounds. */
const mostRounds = 3;

/** Starts the server with the libraries beside it, which nothing else gets to see. */
const launcher = `#!/bin/sh
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
LD_LIBRARY_PATH=
for folder in "$here"/root/usr/lib/*-linux-gnu* "$here"/root/lib/*-linux-gnu*; do
  LD_LIBRARY_PATH="$LD_LIBRARY_PATH$folder:"
done
export LD_LIBRARY_PATH
exec "$here/root/usr/bin/redis-server" "$@"
`;

const outputOf = (command, args, options = {}) =>
  spawnSync(command, args, { encoding: 'utf8', ...options }).stdout ?? '';

/** Where the program stands that the unpacked server is started with. */
const unpackedRedis = (root) => join(root, '.xoap', 'redis-server', 'redis-server');

const runs = (program) => outputOf(program, ['--version']).includes('v=');

/** Whether a server was unpacked, and runs. */
export const hasUnpackedRedis = (root) => runs(unpackedRedis(root));

/** Fetches and unpacks the server; false where that does not work. `run` runs a command and tells whether it worked. */
export function unpackRedis(root, run) {
  const target = join(root, '.xoap', 'redis-server');
  // Made apart and moved at last, so that half of it never counts.
  const draft = `${target}.${process.pid}`;
  const [apt, debs, tree] = ['apt', 'debs', 'root'].map((name) => join(draft, name));
  const settings = [`Dir::State=${apt}/state`, `Dir::Cache=${apt}/cache`, 'Debug::NoLocking=1'];
  const own = ['-qq', ...settings.flatMap((setting) => ['-o', setting])];
  const packages = ['redis-server', 'redis-tools'];

  const fetch = (names) =>
    run('apt-get', [...own, 'download', ...names], { cwd: debs }) &&
    readdirSync(debs).every((name) => run('dpkg', ['-x', join(debs, name), tree]));

  const missing = () => {
    const libraries = readdirSync(join(tree, 'usr', 'lib'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.includes('-linux-gnu'))
      .map(({ name }) => join(tree, 'usr', 'lib', name));
    const env = { ...process.env, LD_LIBRARY_PATH: libraries.join(':') };
    return outputOf('ldd', [join(tree, 'usr', 'bin', 'redis-server')], { env }).includes('not found');
  };

  const isInstalled = (name) =>
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how dpkg names a column
    outputOf('dpkg-query', ['-W', '-f=${db:Status-Status}', name]).startsWith('installed');

  /** The libraries that the packages name and the system does not have. */
  const libraries = () => {
    const named = outputOf('apt-cache', [...own.slice(1), 'depends', ...packages]).matchAll(
      /^\s*\|?Depends: (lib[\w.+-]+)$/gm,
    );
    const names = [...new Set([...named].map(([, name]) => name))];
    return names.filter((name) => !packages.includes(name) && !isInstalled(name));
  };

  try {
    for (const folder of [
      `${apt}/state/lists/partial`,
      `${apt}/cache/archives/partial`,
      debs,
      `${tree}/usr/lib`,
    ])
      mkdirSync(folder, { recursive: true });
    let works = run('apt-get', [...own, 'update']) && fetch(packages);
    for (let round = 0; works && missing() && round < mostRounds; round += 1) {
      const names = libraries();
      packages.push(...names);
      works = names.length > 0 && fetch(names);
    }
    const program = join(draft, 'redis-server');
    writeFileSync(program, launcher);
    chmodSync(program, 0o755);
    if (!works || !runs(program)) return false;
    for (const folder of [apt, debs]) rmSync(folder, { recursive: true });
    // Another setup may have been faster.
    if (!runs(unpackedRedis(root))) {
      rmSync(target, { recursive: true, force: true });
      renameSync(draft, target);
    }
    return true;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
