import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What takes its time: other processes, browsers, and local clouds and platforms that are called over HTTP. */
const slow =
  /^(node:child_process|playwright-core|emulate)$|^simulations\/\w+\/(cloud|tenant|workspace)\.ts$/;

const importsOf = new Map<string, readonly string[]>();

/** What a file imports when it is loaded, by paths in the repository; types are not loaded. */
function importsIn(file: string): readonly string[] {
  const known = importsOf.get(file);
  if (known) return known;
  const source = readFileSync(file, 'utf8').replace(/\b(?:import|export) type [^;]*;/g, '');
  const names = [...source.matchAll(/\b(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, name = '']) => name);
  const found = names.map((name) => (name.startsWith('.') ? join(dirname(file), name) : name));
  importsOf.set(file, found);
  return found;
}

function isSlow(file: string, seen = new Set<string>()): boolean {
  seen.add(file);
  return importsIn(file).some((name) => {
    if (slow.test(name)) return true;
    return name.endsWith('.ts') && !name.startsWith('node:') && !seen.has(name) && isSlow(name, seen);
  });
}

/** The tests that need no other process, no browser and no server: a developer runs them all the time. */
export function fastTests(): string[] {
  return globSync('test/**/*.test.ts').filter((file) => !isSlow(file));
}
