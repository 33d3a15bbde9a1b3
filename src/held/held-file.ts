import { parseDocument } from 'yaml';
import { z } from 'zod';
import { onlyTexts } from '../providers/credential-form.ts';
import type { Provider, Providers } from '../providers/provider.ts';
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
  const parsed = Content.safeParse(contentOf(document));
  if (!parsed.success) {
    const [{ path = [], message = '' } = {}] = parsed.error.issues;
    return { problem: [path.map(String).join('.'), message].filter(Boolean).join(' ') };
  }
  const { provider: id, workspaces, credential } = parsed.data;
  const provider = providers.find(id);
  if (!provider)
    return { problem: `provider must be one of: ${providers.all.map((each) => each.id).join(', ')}` };
  const values = onlyTexts(credential);
  return values[wayField] === heldWay
    ? { problem: `credential.${wayField} must be a way to sign in by itself` }
    : { file: { provider, workspaces, values } };
}

/** An alias could make one line stand for millions. */
function contentOf(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}
