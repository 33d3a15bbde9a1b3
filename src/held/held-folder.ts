import { constants, open, readdir, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { AppError } from '../errors.ts';
import type { Provider, Providers } from '../providers/provider.ts';
import { type HeldFile, type ReadFile, readHeldFile } from './held-file.ts';

/** Something that is held, as it is asked for. */
export type Asked = {
  readonly workspaceId: string;
  readonly provider: Provider['id'];
  /** As its file is called, without what follows the last dot; matched letter by letter. */
  readonly name: string;
};

/** One file of the folder: what it holds, or why it is not used. */
export type Held = { readonly name: string } & ReadFile & {
    /** What it held before, of a file that is of no use now. */
    readonly before?: HeldFile | undefined;
  };

export type HeldFolder = {
  /** Everything in the folder, read anew. Throws `held.no-folder`. */
  all(): Promise<Held[]>;
  /** Whether there is a file for this that is of use; for a workspace that may not use it there is none. */
  has(asked: Asked): Promise<boolean>;
  /** The fields that are held, read anew. Throws `held.not-held` and `held.unusable`. */
  fieldsOf(asked: Asked): Promise<Readonly<Record<string, string>>>;
};

const kinds = ['.yaml', '.yml', '.json'];
const mostBytes = 64 * 1_024;
/** What others on the machine may do with a file: read or write, and the group write. */
const tooOpen = 0o027;

const nameIn = (file: string) => file.slice(0, -extname(file).length);

/** Opens the folder with what this worker holds; it need not be there yet. */
export function openHeldFolder(path: string, providers: Pick<Providers, 'all' | 'find'>): HeldFolder {
  async function files(): Promise<string[]> {
    try {
      const entries = await readdir(path);
      return entries.filter((file) => !file.startsWith('.') && kinds.includes(extname(file))).sort();
    } catch (cause) {
      throw new AppError(`The folder ${path} cannot be read`, { code: 'held.no-folder', cause });
    }
  }

  /** What stands in a file of the folder, or why it may not be read. */
  async function textOf(file: string): Promise<{ text: string } | { problem: string }> {
    const [root, real] = await Promise.all([realpath(path), realpath(join(path, file))]);
    // Kubernetes and Vault lay links, to folders beside them.
    if (!real.startsWith(root + sep)) return { problem: 'it is a link out of the folder' };
    // A pipe would keep whoever opens it until somebody writes.
    await using handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK);
    const seen = await handle.stat();
    if (!seen.isFile()) return { problem: 'it is no file' };
    if (seen.size > mostBytes) return { problem: `it has more than ${mostBytes / 1_024} KiB` };
    if (seen.mode & tooOpen) {
      const mode = (seen.mode & 0o777).toString(8).padStart(3, '0');
      return { problem: `its mode is ${mode}, so others on the machine get at it; make it 600, or 640` };
    }
    return { text: await handle.readFile('utf8') };
  }

  /** What each file held when it was last of use: who may hear what is wrong with it. */
  const lastGood = new Map<string, HeldFile>();

  async function read(file: string, all: readonly string[]): Promise<Held> {
    const found = await look(file, all);
    if ('file' in found) lastGood.set(found.name, found.file);
    return 'file' in found ? found : { ...found, before: lastGood.get(found.name) };
  }

  async function look(file: string, all: readonly string[]): Promise<Held> {
    const name = nameIn(file);
    if (!/^[A-Za-z0-9][\w.-]{0,74}$/.test(name))
      return { name, problem: 'a name has up to 75 letters, digits, dots, hyphens and _' };
    if (all.some((other) => other !== file && nameIn(other) === name))
      return { name, problem: 'two files have this name' };
    const found = await textOf(file).catch(() => ({ problem: 'it cannot be read' }));
    return { name, ...('problem' in found ? found : readHeldFile(found.text, providers)) };
  }

  function isFor(held: Held, { workspaceId, provider }: Asked): boolean {
    const file = 'file' in held ? held.file : held.before;
    return file?.provider.id === provider && file.workspaces.includes(workspaceId);
  }

  async function find(asked: Asked): Promise<Held | undefined> {
    const all = await files();
    // What was asked for is compared with what is there; no path is made of it.
    const file = all.find((each) => nameIn(each) === asked.name);
    const held = file === undefined ? undefined : await read(file, all);
    return held && isFor(held, asked) ? held : undefined;
  }

  return {
    async all() {
      const all = await files();
      return Promise.all(all.map((file) => read(file, all)));
    },
    async has(asked) {
      const held = await find(asked).catch(() => undefined);
      return held !== undefined && 'file' in held;
    },
    async fieldsOf(asked) {
      const held = await find(asked);
      if (!held) throw notHeld(asked);
      if ('file' in held) return held.file.values;
      throw unusable(asked.name, held.problem);
    },
  };
}

/** Nobody holds it who may let this workspace use it; which of the two it is, is not told. */
export const notHeld = ({ name, workspaceId }: Asked) =>
  new AppError(`No worker that is alive holds “${name}” for this workspace`, {
    code: 'held.not-held',
    hint: `Whoever operates the workers puts the file ${name}.yaml into the folder of XOAP_HELD_CREDENTIALS, with ${workspaceId} among its workspaces, or starts the worker that has it. Then verify again.`,
  });

/** It is there and of no use. */
export const unusable = (name: string, problem: string) =>
  new AppError(`The worker cannot use what it holds as “${name}”: ${problem}`, {
    code: 'held.unusable',
    hint: 'Whoever operates the workers mends the file; it is read anew with each verification. Then verify again.',
  });
