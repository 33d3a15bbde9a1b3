import { describe, expect, it } from 'vitest';
import { readBackup, writeBackup } from '../../src/backup/backup-file.ts';
import type { StoredPart } from '../../src/backup/stored-part.ts';
import { createCipher } from '../../src/connections/cipher.ts';

const cipher = createCipher([Buffer.alloc(32, 1)]);
const parts: StoredPart[] = [
  { key: 'xoap:{slack:T1}:names', kind: 'hash', rows: [['prod', 'c-1']] },
  { key: 'xoap:{slack:T1}:audit', kind: 'stream', rows: [['1-0', 'user', 'ÿ\u0000']] },
  {
    key: 'xoap:{slack:T1}:reminded:c-1',
    kind: 'string',
    rows: [['1']],
    expiresAt: '2026-12-01T00:00:00.000Z',
  },
];
const header = {
  format: 'xoap-backup-1' as const,
  version: '0.1.0',
  madeAt: '2026-11-30T00:00:00.000Z',
  workspaces: [{ id: 'slack:T1', connections: 1, schedules: 0 }],
  hasTokenKeys: false,
  keyIds: [],
};

async function* given<Each>(list: readonly Each[]): AsyncGenerator<Each> {
  yield* list;
}
const linesOf = (more: Partial<typeof header> = {}) =>
  Array.fromAsync(writeBackup(given(parts), { ...header, ...more }, cipher));
const read = (lines: readonly string[]) => Array.fromAsync(readBackup(given(lines), cipher));

it('a backup is read as it was written, bytes that are no text too', async () => {
  const lines = await linesOf();
  expect(await read(lines)).toEqual(parts);
  expect(lines.slice(1).join()).not.toContain('prod');
});

describe('a backup', () => {
  type Lines = readonly string[];
  const last = (lines: Lines) => lines.at(-1) ?? '';
  /** Another letter in the middle, where each stands for six bits. */
  const altered = (line = '') => {
    const at = Math.floor(line.length / 2);
    return `${line.slice(0, at)}${line[at] === 'A' ? 'B' : 'A'}${line.slice(at + 1)}`;
  };

  it.each<[what: string, change: (lines: Lines, other: Lines) => Lines, said: RegExp]>([
    ['that was cut off', (lines) => lines.slice(0, -1), /ends before its end/],
    [
      'that was cut off within a line',
      (lines) => [...lines.slice(0, -1), last(lines).slice(0, 40)],
      /altered/,
    ],
    ['without its first part', (lines) => lines.toSpliced(1, 1), /altered/],
    ['without its last part', (lines) => lines.toSpliced(-2, 1), /altered/],
    [
      'whose parts changed places',
      ([head = '', one = '', two = '', ...rest]) => [head, two, one, ...rest],
      /altered/,
    ],
    ['with a part twice', (lines) => lines.toSpliced(2, 0, lines[1] ?? ''), /altered/],
    [
      'whose header was changed',
      ([head = '', ...rest]) => [head.replace('slack:T1', 'slack:T2'), ...rest],
      /altered/,
    ],
    ['of which a letter was changed', (lines) => lines.with(2, altered(lines[2])), /altered/],
    ['with a part of another one', (lines, other) => lines.with(1, other[1] ?? ''), /altered/],
    ['with something behind it', (lines) => [...lines, lines[1] ?? ''], /behind the end/],
    ['that is none', () => ['hello'], /no backup/],
    ['that is empty', () => [], /no backup/],
  ])('%s is refused', async (_what, change, said) => {
    const [lines, other] = await Promise.all([linesOf(), linesOf({ madeAt: '2026-11-29T00:00:00.000Z' })]);
    await expect(read(change(lines, other))).rejects.toMatchObject({
      code: 'backup.refused',
      message: expect.stringMatching(said),
    });
  });

  it('that is sealed with another key is refused', async () => {
    const other = createCipher([Buffer.alloc(32, 2)]);
    const reading = Array.fromAsync(readBackup(given(await linesOf()), other));
    await expect(reading).rejects.toThrow('sealed with a key that is not configured');
  });
});
