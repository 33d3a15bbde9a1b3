import { existsSync, globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { posix as path } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Row } from '../bench/measure.ts';
import results from '../bench/results.json' with { type: 'json' };
import { tableOf } from '../bench/table.ts';
import packageFile from '../package.json' with { type: 'json' };
import { commandsDocument } from '../src/chat/commands-document.ts';
import { createProgram } from '../src/cli/program.ts';
import { allSettings } from '../src/config/config.ts';
import { readHeldFile } from '../src/held/held-file.ts';
import { loadProviders } from '../src/providers/registry.ts';
import { readHostRules } from '../src/providers/vsphere/allowed-hosts.ts';
import settingsBefore from './fixtures/settings-0.1.0.json' with { type: 'json' };

const read = (file: string) => readFile(new URL(`../${file}`, import.meta.url), 'utf8');
const isThere = (file: string) => existsSync(new URL(`../${file}`, import.meta.url));
const documents = [...globSync('*.md'), ...globSync('docs/**/*.md')];

/** The anchors of a document's headings, as GitHub makes them. */
async function anchorsOf(file: string): Promise<string[]> {
  const headings = [...(await read(file)).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Variables with our prefixes that are no settings of the bot, and that documents speak of all the same. */
const otherNames = ['XOAP_NO_INSTALL', 'XOAP_REDIS_IMAGE', 'XOAP_', 'SLACK_', 'TEAMS_'];

describe('the documents', () => {
  it.each(documents)('%s names only files, folders and headings that are there', async (file) => {
    const text = await read(file);
    const links = [...text.matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, target = '']) => target);
    const pictures = [...text.matchAll(/\bsrc(?:set)?="([^"]+)"/g)].map(([, target = '']) => target);
    const names = [
      ...text.matchAll(/`((?:src|adapters|jobs|demo|simulations|test|docs|scripts|bench)\/[\w./-]*)`/g),
    ].map(([, name = '']) => name);

    for (const name of names) expect(isThere(name), name).toBe(true);
    for (const link of [...links, ...pictures]) {
      const [name, anchor] = link.split('#');
      const target = name ? path.join(path.dirname(file), name) : file;
      expect(isThere(target), link).toBe(true);
      if (anchor) expect(await anchorsOf(target), link).toContain(anchor);
    }
  });

  it.each(documents)('%s names only npm scripts and settings that are there', async (file) => {
    const text = await read(file);
    const scripts = [...text.matchAll(/\bnpm (?:run\s+(?:--silent )?([a-z][\w:]*)|(start|test)\b)/g)];
    const names = scripts.map(([, script, short]) => script ?? short);
    expect(Object.keys(packageFile.scripts)).toEqual(expect.arrayContaining(names));
    const settings = [...text.matchAll(/\b(?:XOAP|SLACK|TEAMS)_[A-Z_]*/g)].map(([name]) => name);
    expect([...Object.keys(allSettings), ...otherNames]).toEqual(expect.arrayContaining(settings));
  });

  it('docs/performance.md has the figures of the last measurement', async () => {
    expect(await read('docs/performance.md')).toContain(tableOf(results.rows as readonly Row[]));
  });

  it('docs/operations.md has each line of the log from info on, and no other', async () => {
    const files = globSync('{src,adapters,jobs}/**/*.ts');
    const sources = await Promise.all(files.map(read));
    const all = sources.join('\n');
    const calls = [
      ...all.matchAll(/\blogger\.(?:info|warn|error)\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)/g),
    ];
    const lines = calls.flatMap(([, args = '']) => {
      const found = /(?:^|,\s*)(?:'([^']+)'|`([^`]+)`),?\s*$/.exec(args);
      return found ? [found[1] ?? found[2] ?? ''] : [];
    });
    const what = /\$\{what\}/;
    const whats = [...all.matchAll(/\bwhat: '(a [a-z ]+)',/g)].map(([, name = '']) => name);
    const said = lines
      .flatMap((line) => (what.test(line) ? whats.map((each) => line.replace(what, each)) : line))
      // What an outside Redis may do stands in its own words.
      .filter((line) => !/\$\{/.test(line));
    const [, table = ''] = /\n## Log lines\n(.*?)\n## /s.exec(await read('docs/operations.md')) ?? [];
    const rows = table.split('\n').filter((row) => row.startsWith('| `'));
    const told = rows.flatMap((row) =>
      [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, line]) => line),
    );

    expect(said.length).toBeGreaterThan(70);
    expect(said.filter((line) => !told.includes(line))).toEqual([]);
    const others = told.filter((line = '') => !said.includes(line) && !line.startsWith('Redis '));
    expect(others).toEqual([]);
  });

  it('CHANGELOG.md names every setting that came or went since the last version', async () => {
    const [, unreleased = ''] = /## Unreleased\n(.*?)\n## /s.exec(await read('CHANGELOG.md')) ?? [];
    const names = Object.keys(allSettings);
    const came = names.filter((name) => !settingsBefore.includes(name));
    const went = settingsBefore.filter((name) => !names.includes(name));
    expect(came.length).toBeGreaterThan(0);
    expect([...came, ...went].filter((name) => !unreleased.includes(`\`${name}\``))).toEqual([]);
  });

  it('the README names the two commands', async () => {
    const text = await read('README.md');
    expect(text).toContain('\nnpm run demo\nnpm test\n');
  });

  it('docs/held.md shows a file that a worker takes', async () => {
    const [, example = ''] = /```yaml\n(.*?)```/s.exec(await read('docs/held.md')) ?? [];
    const providers = await loadProviders({
      XOAP_VSPHERE_ALLOWED_HOSTS: readHostRules('vcenter.example.com').rules,
    });
    const found = readHeldFile(example, providers);
    expect(found).toMatchObject({ file: { workspaces: ['slack:T0123ABCD'] } });
    if ('file' in found) expect(found.file.provider.parse(found.file.values)).toMatchObject({ ok: true });
  });

  it('docs/commands.md is what the table of commands says', async () => {
    await expect(commandsDocument()).toMatchFileSnapshot('../docs/commands.md');
  });

  it('docs/cli.md names every command, and no option that there is not', async () => {
    const text = await read('docs/cli.md');
    const { commands } = await createProgram();
    const all = commands.flatMap((command) => [command, ...command.commands]);
    for (const { name } of commands.map((command) => ({ name: command.name() })))
      expect(text).toContain(`xoap ${name}`);
    const known = all.flatMap(({ options }) => options.map(({ long }) => long));
    const named = [...text.matchAll(/(?<=[\s`])--[a-z]+(?:-[a-z]+)*/g)].map(([option]) => option);
    expect([...known, '--help', '--silent']).toEqual(expect.arrayContaining(named));
  });
});
