import { describe, expect, it } from 'vitest';
import { explainLog } from '../../src/explain/explain.ts';
import { loadProviders } from '../../src/providers/registry.ts';
import { forms } from './forms.ts';

const { all } = await loadProviders();
const told = (log: string) => {
  const { kind, provider, requirements, layer, principal } = explainLog(log, all);
  return { kind, provider, requirements, layer, principal };
};
const plain = forms.filter(({ is }) => is.kind !== 'unknown');

const eachLine = (log: string, change: (line: string) => string) => log.split('\n').map(change).join('\n');
const cutAt = (log: string, width: number) =>
  eachLine(log, (line) => line.match(new RegExp(`.{1,${width}}`, 'gs'))?.join('\n') ?? line);

/** What build services, tools and terminals make of a text. */
const shapes: Readonly<Record<string, (log: string) => string>> = {
  'colours of a terminal': (log) => eachLine(log, (line) => `\u001b[1;31m${line}\u001b[0m`),
  'colours whose escape was lost': (log) => eachLine(log, (line) => `[1;31m${line}[0m`),
  'GitHub Actions': (log) => eachLine(log, (line) => `2026-11-23T09:00:00.1234567Z ##[error]${line}`),
  GitLab: (log) => eachLine(log, (line) => `2026-11-23T09:00:00.123456Z 01O ${line}`),
  Jenkins: (log) => eachLine(log, (line) => `[2026-11-23T09:00:00.123Z] ${line}`),
  Packer: (log) => eachLine(log, (line) => `==> source.builder: ${line}`),
  'Packer’s own log': (log) =>
    eachLine(log, (line) => `2026/11/23 09:00:00 ui error: ==> source.builder: ${line}`),
  'Packer for machines': (log) =>
    `1763888400,source.builder,ui,error,==> source.builder: ${log.replaceAll(',', '%!(PACKER_COMMA)').replaceAll('\r\n', '\\r\\n').replaceAll('\n', '\\n')}`,
  Terraform: (log) => `╷\n${eachLine(`Error: ${log}`, (line) => `│ ${line}`)}\n╵`,
  'a JSON log': (log) =>
    JSON.stringify({ '@level': 'error', '@message': log, '@timestamp': '2026-11-23T09:00:00Z' }),
  'JSON in JSON': (log) => JSON.stringify({ log: JSON.stringify({ message: log }) }),
  'line ends of Windows': (log) => log.replace(/\r?\n/g, '\r\n'),
  'more around it': (log) => `Preparing the build\nDownloading 1 of 2\n\n${log}\n\nThe job ended with 1.\n`,
};

describe.each(Object.entries(shapes))('in the shape of %s', (_name, shape) => {
  it.each(plain.map((form) => [`${form.provider}: ${form.what}`, form.log] as const))('%s', (_what, log) => {
    expect(told(shape(log))).toEqual(told(log));
  });
});

describe('lines that a terminal cut', () => {
  it.each([60, 80, 100, 132])('inside words, at %d characters, are read as one', (width) => {
    for (const { log } of plain.filter((form) => form.log.length > 2 * width && !form.log.includes('\n')))
      expect(told(cutAt(log, width)), log).toEqual(told(log));
  });
});

describe('a text that is cut anywhere', () => {
  // A refusal by a rule about the request begins like any other.
  const cuttable = plain.filter(({ is }) => is.kind !== 'policy');
  it.each(cuttable.map((form) => [`${form.provider}: ${form.what}`, form.log] as const))(
    'names nothing that the whole does not: %s',
    (_what, log) => {
      const whole = told(log);
      for (let length = 1; length < log.length; length += 1)
        for (const part of [log.slice(0, length), log.slice(length)]) {
          const { requirements, layer } = told(part);
          for (const id of requirements) expect(whole.requirements, part).toContain(id);
          expect([null, whole.layer], part).toContain(layer);
        }
    },
  );
});
