import { fstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { readEnvironment } from '../config/config.ts';
import { nearestByName } from '../connections/nearest-name.ts';
import { late, within } from '../deadline.ts';
import { isAppError } from '../errors.ts';
import type { FieldValues } from '../providers/credential-form.ts';
import type { Provider } from '../providers/provider.ts';
import { BadInput } from './bad-input.ts';
import { credentialFields } from './field-help.ts';
import { shownBack } from './printable.ts';
import { tokenFileField } from './token-file.ts';

export type InputOptions = {
  readonly file?: string;
  readonly profile?: string;
  readonly set?: readonly string[];
  readonly option?: readonly string[];
  readonly for?: readonly string[];
};

/** Milliseconds after which somebody is told that nothing has come yet. */
const patienceMs = 2_000;

const Input = z.record(z.string(), z.unknown());
/** Fields of the input that are none of the credential. */
const besides = ['profiles', 'profileOptions', 'accepted', tokenFileField];

/** Parses a credential; its text is never repeated in a message, since it holds a secret. */
function parseJson(json: string, where: string, provider: Provider): FieldValues {
  let value: unknown;
  try {
    value = JSON.parse(json.replace(/^\uFEFF/, ''));
  } catch {
    // The parser's own message quotes the input, and with it the secret, so it is not carried as a cause.
    const isWide = json.includes('\u0000');
    const what = isWide ? 'is UTF-16, as some shells write it; write it as UTF-8' : 'is not JSON';
    // biome-ignore lint/style/useErrorCause: the cause would hold the secret
    throw new BadInput(`${where} ${what}. Give the credential as one JSON object.`);
  }
  const parsed = Input.safeParse(value);
  if (!parsed.success)
    throw new BadInput(`${where} must be one JSON object with the fields of the credential.`);
  return provider.readWhole?.(parsed.data) ?? parsed.data;
}

async function readNamedFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const shown = shownBack(path) ?? 'What was given as a path, and seems to be the credential itself,';
    throw new BadInput(`${shown} cannot be read: ${whyNot(cause)}.`, { cause });
  }
}

const whyNot = (cause: unknown) =>
  ({
    ENOENT: 'there is no such file',
    ENAMETOOLONG: 'there is no such file',
    EACCES: 'it belongs to somebody else',
    EISDIR: 'it is a folder',
  })[String((cause as { code?: unknown })?.code)] ?? 'the system refused it';

/** What comes on standard input, up to its end; says that it waits where nothing comes. */
async function readStandardInput(provider: Provider): Promise<string> {
  const { isTTY } = process.stdin;
  // Another program may still write it, so variables count only once standard input has ended.
  const places = provider.onMachine
    ? ` Where that is empty (< /dev/null), ${provider.onMachine.places} are read.`
    : '';
  const waiting = `Waits for the credential as one JSON object on standard input${isTTY ? '; Ctrl+D ends it' : ''}. --file FILE reads it from a file.${places}\n`;
  const timer = setTimeout(() => process.stderr.write(waiting), isTTY ? 0 : patienceMs).unref();
  try {
    return await text(process.stdin);
  } finally {
    clearTimeout(timer);
  }
}

type Read = { readonly values: FieldValues; readonly from?: string; readonly isFallback?: true };

/** Whether standard input is a file: an empty one was meant to hold a credential. */
const isFile = () => {
  try {
    return fstatSync(0).isFile();
  } catch {
    return false;
  }
};

function emptyInput(provider: Provider): BadInput {
  const places = provider.onMachine ? `, or set ${provider.onMachine.places}` : '';
  return new BadInput(
    `Nothing came on standard input. Give the credential as one JSON object there or with --file FILE${places}.`,
  );
}

/** Reads the credential from where it was said to be, else from standard input, else from where tools look for it. */
async function readFields(
  provider: Provider,
  { file, profile }: InputOptions,
  waitMs: number,
): Promise<Read> {
  // A variable of a script that is not set must not lead to another credential.
  if (file === '') throw new BadInput('--file is empty. Give the path of a file, or - for standard input.');
  if (profile === '') throw new BadInput('--profile is empty. Give the name of a profile.');
  if (file && file !== '-')
    return { values: parseJson(await readNamedFile(file), file, provider), from: file };

  async function onMachine(): Promise<Read | undefined> {
    const looking = Promise.resolve(provider.onMachine?.find({ variables: readEnvironment(), profile }));
    const found = await within(
      waitMs,
      looking.catch((error: unknown) => {
        const isPurpose = provider.profiles.some(({ id }) => id === profile);
        if (!isPurpose || !isAppError(error)) throw error;
        throw new BadInput(`${error.message} What it is verified for is said with --for ${profile}.`);
      }),
    );
    if (found === late) throw new BadInput(`No credential was found within ${waitMs / 1_000} s.`);
    return found && { ...found, ...(profile === undefined && { isFallback: true }) };
  }

  const isAsked = profile !== undefined || (process.stdin.isTTY && file === undefined);
  const found = isAsked ? await onMachine() : undefined;
  if (found) return found;
  const given = await readStandardInput(provider);
  if (given.trim()) return { values: parseJson(given, 'Standard input', provider) };
  if (file === '-' || isFile()) throw emptyInput(provider);
  const otherwise = await onMachine();
  if (otherwise) return otherwise;
  throw emptyInput(provider);
}

/** The fields that `--set` names. Secrets are refused: a command line is kept in histories and seen by others. */
function readSet(provider: Provider, entries: readonly string[] = []): FieldValues {
  const fields = credentialFields(provider);
  const pairs = entries.map((entry) => {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/s.exec(entry) ?? [];
    if (!name) throw new BadInput('--set takes a field and its value, such as region=eu-central-1.');
    const kind = fields.find(({ id }) => id === name)?.kind;
    if (kind === 'secret' || kind === 'file')
      throw new BadInput(
        `--set ${name}: this is a secret, and a command line is kept in the history of the shell. Give it on standard input or with --file.`,
      );
    return [name, value] as const;
  });
  return Object.fromEntries(pairs);
}

/** A sentence for each field that there is not, with the one that was probably meant. */
function unknownFields(provider: Provider, values: FieldValues): string[] {
  const known = [...provider.fields.map(({ id }) => id), ...besides];
  const named = known.map((name) => ({ name }));
  return Object.keys(values)
    .filter((key) => !known.includes(key))
    .map((key, index) => {
      const near = nearestByName(named, key);
      // A value may stand where a name should.
      const isName = /^[A-Za-z_$][\w-]{0,40}$/.test(key);
      if (!isName) return `Field ${index + 1} that is not known has no name that a field could have.`;
      const instead = near ? `Did you mean ${near.name}?` : `"xoap verify ${provider.id} --help" lists them.`;
      return `There is no field "${key}" here. ${instead}`;
    });
}

/** JSON has numbers, forms do not; one that was rounded on the way is another one. */
function asText(key: string, value: unknown): unknown {
  if (typeof value !== 'number') return value;
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new BadInput(`${key}: This number is too long to be kept exactly. Write it in quotation marks.`);
  return String(value);
}

export type Reading = {
  /** Tells where the credential was read. */
  readonly say: (sentence: string) => void;
  /** Milliseconds that a machine's own tools may take to give one. */
  readonly waitMs: number;
};

/** A list of the input with what was chosen beside it; what is no list is refused with the rest of the fields. */
function withChosen(
  field: string,
  { [field]: before = [] }: Record<string, unknown>,
  chosen: readonly string[] = [],
): Record<string, unknown> {
  if (chosen.length === 0 || !Array.isArray(before)) return {};
  return { [field]: [...new Set([...before, ...chosen])] };
}

/**
 * Reads what somebody gives to be verified, and says where it was found. Throws `BadInput` with what is wrong and what
 * to do, and never with what was given.
 */
export async function readInput(
  provider: Provider,
  options: InputOptions,
  { say, waitMs }: Reading,
): Promise<Record<string, unknown>> {
  const set = readSet(provider, options.set);
  const { values, from, isFallback } = await readFields(provider, options, waitMs);
  // What nobody named is said in any case.
  if (isFallback) process.stderr.write(`Read from ${from}.\n`);
  else if (from) say(`Read from ${from}.`);
  const all = { ...values, ...set };
  const problems = unknownFields(provider, all);
  if (problems.length > 0) throw new BadInput(problems.join('\n'));
  const given = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, asText(key, value)]));
  return {
    ...given,
    ...withChosen('profileOptions', given, options.option),
    ...withChosen('profiles', given, options.for),
  };
}
