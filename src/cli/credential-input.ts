import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { readEnvironment } from '../config/config.ts';
import { nearestByName } from '../connections/nearest-name.ts';
import type { FieldValues } from '../providers/credential-form.ts';
import type { Provider } from '../providers/provider.ts';
import { BadInput } from './bad-input.ts';
import { credentialFields } from './field-help.ts';

export type InputOptions = {
  readonly file?: string;
  readonly profile?: string;
  readonly set?: readonly string[];
  readonly option?: readonly string[];
};

/** Milliseconds after which somebody is told that nothing has come yet. */
const patienceMs = 2_000;

const Input = z.record(z.string(), z.unknown());
/** Fields of the input that are none of the credential. */
const besides = ['profileOptions', 'accepted'];

/** Parses a credential; its text is never repeated in a message, since it holds a secret. */
function parseJson(json: string, where: string, provider: Provider): FieldValues {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // The parser's own message quotes the input, and with it the secret, so it is not carried as a cause.
    // biome-ignore lint/style/useErrorCause: the cause would hold the secret
    throw new BadInput(`${where} is not JSON. Give the credential as one JSON object.`);
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
    throw new BadInput(`${path} cannot be read: ${whyNot(cause)}.`, { cause });
  }
}

const whyNot = (cause: unknown) =>
  ({ ENOENT: 'there is no such file', EACCES: 'it belongs to somebody else', EISDIR: 'it is a folder' })[
    String((cause as { code?: unknown })?.code)
  ] ?? 'the system refused it';

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

type Read = { readonly values: FieldValues; readonly from?: string };

/** Reads the credential from where it was said to be, else from standard input, else from where tools look for it. */
async function readFields(provider: Provider, { file, profile }: InputOptions): Promise<Read> {
  if (file && file !== '-')
    return { values: parseJson(await readNamedFile(file), file, provider), from: file };
  const onMachine = () => provider.onMachine?.find({ variables: readEnvironment(), profile });
  const isAsked = profile !== undefined || (process.stdin.isTTY && file === undefined);
  const found = isAsked ? await onMachine() : undefined;
  if (found) return found;
  const given = await readStandardInput(provider);
  if (given.trim()) return { values: parseJson(given, 'Standard input', provider) };
  const otherwise = await onMachine();
  if (otherwise) return otherwise;
  const places = provider.onMachine ? `, or set ${provider.onMachine.places}` : '';
  throw new BadInput(
    `Nothing came on standard input. Give the credential as one JSON object there or with --file FILE${places}.`,
  );
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
    .map((key) => {
      const near = nearestByName(named, key);
      const instead = near ? `Did you mean ${near.name}?` : `"xoap verify ${provider.id} --help" lists them.`;
      return `There is no field "${key}" here. ${instead}`;
    });
}

/** JSON has numbers, forms do not. */
const asText = (value: unknown) => (typeof value === 'number' ? String(value) : value);

/**
 * Reads what somebody gives to be verified, and says where it was found. Throws `BadInput` with what is wrong and what
 * to do, and never with what was given.
 */
export async function readInput(
  provider: Provider,
  options: InputOptions,
  say: (sentence: string) => void,
): Promise<Record<string, unknown>> {
  const set = readSet(provider, options.set);
  const { values, from } = await readFields(provider, options);
  if (from) say(`Read from ${from}.`);
  const all = { ...values, ...set };
  const problems = unknownFields(provider, all);
  if (problems.length > 0) throw new BadInput(problems.join('\n'));
  const given = Object.fromEntries(Object.entries(all).map(([key, value]) => [key, asText(value)]));
  const chosen = options.option ?? [];
  if (chosen.length === 0) return given;
  const { profileOptions: before = [] } = given;
  // What is no list is refused with the rest of the fields.
  return Array.isArray(before) ? { ...given, profileOptions: [...new Set([...before, ...chosen])] } : given;
}
