import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a folder and of its folders, or the file itself. */
function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesOf(join(path, name)));
}

/** Builds what stands in a folder, once for each state of what it is built of. Answers whether it stands there. */
export function buildOnce(folder, sources, build) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesOf)) hash.update(file).update(readFileSync(file));
  const state = hash.digest('hex');
  const stamp = join(folder, '.sources');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return true;
  if (!build()) return false;
  writeFileSync(stamp, state);
  return true;
}
