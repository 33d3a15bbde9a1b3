import { type Document, isAlias, isMap, isScalar, parseDocument } from 'yaml';
import { z } from 'zod';
import { type Provider, type Providers, secretNamesOf } from '../providers/provider.ts';
import { heldWay, wayField } from './holdable.ts';

/** What a file holds: a whole credential with its target, and who may use it. */
export type HeldFile = {
  readonly provider: Provider;
  /** The ids of the workspaces that may use it. */
  readonly workspaces: readonly string[];
  /** The fields, as somebody would have entered them. */
  readonly values: Readonly<Record<string, string>>;
};

export type ReadFile = { readonly file: HeldFile } | { readonly problem: string };

const workspace = z.string().regex(/^[a-z]+:\S+$/, {
  error: 'must be an id with its platform, such as slack:T0123ABCD',
});

const Content = z.strictObject(
  {
    provider: z.string({ error: 'must name the provider' }),
    workspaces: z
      .array(workspace, { error: 'must list the workspaces that may use it' })
      .min(1, 'must list the workspaces that may use it'),
    credential: z.record(z.string(), z.string({ error: 'must hold texts alone' }), {
      error: 'must hold the fields of the credential',
    }),
  },
  { error: 'it must have provider, workspaces and credential, and nothing else' },
);

/** What a value is that YAML does not take as it stands there; a password cut short would be tried all the same. */
const strange = 'must stand in single quotes: YAML takes a part of it for something else';

/** The field of a secret whose text goes on as a comment, or begins as a tag, an anchor or an alias; if there is one. */
function cutSecret(document: Document.Parsed, secrets: readonly string[]): string | undefined {
  const credential = document.get('credential', true);
  if (!isMap(credential)) return undefined;
  return secrets.find((field) => {
    const node = credential.get(field, true);
    if (isAlias(node)) return true;
    return isScalar(node) && node.type === 'PLAIN' && Boolean(node.comment ?? node.tag ?? node.anchor);
  });
}

/** The first thing that is wrong with what was read; of the keys in a file only those are named that are fields. */
function problemIn({ issues }: z.ZodError, fields: readonly string[]): string {
  const [{ path = [], message = '' } = {}] = issues;
  const [first, second] = path.map(String);
  if (first !== 'credential' || second === undefined)
    return [path.map(String).join('.'), message].filter(Boolean).join(' ');
  return fields.includes(second) ? `credential.${second} ${message}` : `credential ${message}`;
}

/**
 * Reads a file, YAML or the JSON that is a part of it; every value is taken as the text that stands there. What is said of a
 * problem holds nothing of the content but names of fields.
 */
export function readHeldFile(text: string, providers: Pick<Providers, 'all' | 'find'>): ReadFile {
  const document = parseDocument(text, { schema: 'failsafe', prettyErrors: true, logLevel: 'silent' });
  const [fault] = document.errors;
  if (fault) {
    // Its own words quote the line, and so a password in it.
    const [{ line = 0, col = 0 } = {}] = fault.linePos ?? [];
    return { problem: `line ${line}, column ${col} is no YAML` };
  }
  const provider = providers.find(String(document.get('provider') ?? ''));
  const fields = provider?.fields.map(({ id }) => id) ?? [];
  const cut = provider && cutSecret(document, secretNamesOf(provider));
  if (cut) return { problem: `credential.${cut} ${strange}` };
  const parsed = Content.safeParse(contentOf(document));
  if (!parsed.success) return { problem: problemIn(parsed.error, fields) };
  if (!provider)
    return { problem: `provider must be one of: ${providers.all.map((each) => each.id).join(', ')}` };
  // A block ends with a line end, which would be tried as a part of a password.
  const values = Object.fromEntries(
    Object.entries(parsed.data.credential).map(([field, value]) => [field, value.replace(/\r?\n$/, '')]),
  );
  if (Object.keys(values).some((key) => !fields.includes(key)))
    return { problem: `credential has a field that ${provider.label} does not have` };
  return values[wayField] === heldWay
    ? { problem: `credential.${wayField} must be a way to sign in by itself` }
    : { file: { provider, workspaces: parsed.data.workspaces, values } };
}

/** An alias could make one line stand for millions. */
function contentOf(document: Document.Parsed): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}
