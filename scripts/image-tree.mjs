// Puts together what the image holds besides the bundle: the packages that are not bundled with those that they need, the
// licences of all, and what sources look for beside themselves. Usage: node scripts/image-tree.mjs FOLDER
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unbundledPackages } from './unbundled.mjs';

const [target = ''] = process.argv.slice(2);
const lock = JSON.parse(await readFile('package-lock.json', 'utf8')).packages;

/** Where a package finds another: beside itself, or in a folder above. */
function placeOf(name, from) {
  for (let folder = from; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, '')) {
    const place = join(folder, 'node_modules', name);
    if (lock[place]) return place;
    if (folder === '') return undefined;
  }
}

/** The places of packages with all that they need. */
function withNeeds(names) {
  const places = new Set();
  const visit = (name, from) => {
    const place = placeOf(name, from);
    if (!place || places.has(place)) return;
    places.add(place);
    const { dependencies = {}, optionalDependencies = {} } = lock[place];
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) visit(needed, place);
  };
  for (const name of names) visit(name, '');
  return [...places];
}

/** What nobody reads where it runs, and faces of the font that no picture is drawn with. */
const unread =
  /\.(d\.[cm]?ts|map|md|markdown)$|\/dejavu-fonts-ttf\/(ttf\/(?!DejaVuSans(-Bold)?\.ttf$).+|.+\.txt)$/;

for (const place of withNeeds(unbundledPackages)) {
  const filter = (source) => !unread.test(source) && (source === place || !source.endsWith('/node_modules'));
  // Packages for other machines are in the lock file and not here.
  await cp(place, join(target, place), { recursive: true, filter }).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

for (const place of ['adapters/teams/icons', 'adapters/web/assets'])
  await cp(place, join(target, place), { recursive: true });

/** The licence texts of a package, which a bundle does not keep. */
async function licenceOf(place) {
  const files = await readdir(place).catch(() => []);
  const texts = files.filter((name) => /^(licen[cs]e|notice|copying)/i.test(name));
  const all = await Promise.all(texts.map((name) => readFile(join(place, name), 'utf8').catch(() => '')));
  const { version, license = 'see its sources' } = lock[place];
  return `${place.replace(/^.*node_modules\//, '')} ${version} (${license})\n\n${all.join('\n')}`;
}

const used = Object.keys(lock).filter((place) => place !== '' && !lock[place].dev);
const licences = await Promise.all(used.map(licenceOf));
await mkdir(target, { recursive: true });
await writeFile(join(target, 'THIRD-PARTY-LICENSES'), licences.join(`\n${'-'.repeat(80)}\n\n`));
