// Bundles the bot, the command line and the health check with their packages, for `npm start` and for the image, so that a start reads some
// large files instead of a thousand small ones. What is loaded only when it is needed stays so. Traces point into the sources.
// Usage: node scripts/bundle.mjs [FOLDER], by default `dist`.
import { chmod, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { unbundledPackages } from './unbundled.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = resolve(process.argv[2] ?? join(root, 'dist'));
const isPackage = (path) => path.includes('node_modules');

const isUnbundled = (id) => unbundledPackages.some((name) => id === name || id.startsWith(`${name}/`));

/** Maps of packages are as large as the packages, and nobody reads them. */
const ownMaps = {
  name: 'own-maps',
  generateBundle(_options, files) {
    for (const file of Object.values(files)) {
      if (file.type !== 'chunk' || !file.map?.sources.every(isPackage)) continue;
      delete files[`${file.fileName}.map`];
      file.code = file.code.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
    }
  },
};

/** What a source looks for beside itself stays there. */
const ownPlaces = (folder) => ({
  name: 'own-places',
  transform: {
    filter: { id: /\.ts$/, code: 'import.meta.url' },
    handler(code, id) {
      if (isPackage(id)) return null;
      const place = `new URL(${JSON.stringify(relative(folder, id))}, import.meta.url).href`;
      return code.replaceAll('import.meta.url', `(${place})`);
    },
  },
});

async function bundle(input, name, folder) {
  const made = await rolldown({
    cwd: root,
    input: { [name]: input },
    platform: 'node',
    external: (id) => isBuiltin(id) || isUnbundled(id),
    plugins: [ownPlaces(folder), ownMaps],
    // What it warns of lies in packages: code that is evaluated, comments in odd places.
    logLevel: 'silent',
  });
  await rm(folder, { recursive: true, force: true });
  await made.write({
    dir: folder,
    format: 'esm',
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name]-[hash].mjs',
    codeSplitting: {
      groups: [
        // Packages apart, so that the maps of the sources stay small, by what needs them, so that nothing loads early.
        { name: 'packages', test: isPackage, entriesAware: true, includeDependenciesRecursively: false },
      ],
    },
  });
  await made.close();
}

// Each by itself: cut so that both could share them, the pieces would be smaller and more.
await Promise.all([
  bundle('src/bundled.ts', 'main', join(target, 'bot')),
  bundle('src/cli/cli.ts', 'xoap', join(target, 'cli')),
  bundle('src/app/health-check.ts', 'health-check', join(target, 'health')),
]);
await chmod(join(target, 'cli', 'xoap.mjs'), 0o755);
