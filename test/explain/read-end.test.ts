import { describe, expect, it } from 'vitest';
import { readEnd } from '../../src/explain/read-end.ts';

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('the end of a text', () => {
  it.each([1, 2, 3, 1_000])('is the same in pieces of %i bytes', async (size) => {
    const text = 'Fehler: שלום 🚀 größer';
    expect(await readEnd(pieces(Buffer.from(text), size), 100)).toBe(text);
  });

  it('is what stands last, however long it was', async () => {
    const bytes = Buffer.from(`${'x'.repeat(100_000)}the end`);
    expect(await readEnd(pieces(bytes, 999), 10)).toBe('xxxthe end');
  });

  it('is read as Windows PowerShell writes it', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('größer', 'utf16le')]);
    expect(await readEnd(pieces(bytes, 5), 100)).toBe('größer');
  });

  it('of nothing is nothing', async () => {
    expect(await readEnd(pieces(Buffer.from(''), 5), 100)).toBe('');
  });
});
