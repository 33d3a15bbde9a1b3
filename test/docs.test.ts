import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import packageFile from '../package.json' with { type: 'json' };
import { commands } from '../src/chat/commands.ts';

const read = (path: string) => readFile(new URL(`../${path}`, import.meta.url), 'utf8');
const documents = ['README.md', ...globSync('docs/**/*.md')];

describe('the documents', () => {
  it.each(documents)('%s names only files and folders that are there', async (path) => {
    const text = await read(path);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target = '']) => target);
    const names = [
      ...text.matchAll(/`((?:src|adapters|jobs|demo|simulations|test|docs|scripts|bench)\/[\w./-]*)`/g),
    ].map(([, name = '']) => name);
    const pictures = [...text.matchAll(/\bsrc(?:set)?="([^"]+)"/g)].map(([, target = '']) => target);
    for (const name of [...links, ...names, ...pictures])
      expect(existsSync(new URL(`../${name}`, import.meta.url)), name).toBe(true);
  });

  it.each(documents)('%s names only npm scripts that are there', async (path) => {
    const text = await read(path);
    const scripts = [...text.matchAll(/\bnpm (?:run (?:--silent )?([a-z][\w:]*)|(start|test)\b)/g)];
    const names = scripts.map(([, script, short]) => script ?? short);
    expect(names.length + Number(!path.startsWith('README'))).toBeGreaterThan(0);
    expect(Object.keys(packageFile.scripts)).toEqual(expect.arrayContaining(names));
  });

  it('the README names every command', async () => {
    const text = await read('README.md');
    for (const { words, argument } of commands)
      expect(text).toContain(`/xoap ${[words, argument].filter(Boolean).join(' ')}`);
  });
});
