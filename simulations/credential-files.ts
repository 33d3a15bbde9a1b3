import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A credential of a simulated cloud, under the words for what is special about it. */
export type Example = { readonly name: string; readonly input: Readonly<Record<string, unknown>> };

/**
 * Writes each credential into a file, and prints the command that verifies it: as with a real one, no secret stands in
 * the command.
 */
export async function sayExamples(
  provider: string,
  examples: readonly Example[],
  before = '',
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `xoap-${provider}-`));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [index, { name, input }] of examples.entries()) {
    const file = join(folder, `${index}.json`);
    await writeFile(file, JSON.stringify(input), { mode: 0o600 });
    console.log(`# ${name}\n${before}npx xoap verify ${provider} --file ${file}\n`);
  }
}
