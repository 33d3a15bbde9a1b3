import { randomUUID } from 'node:crypto';
import type { Cipher } from '../../connections/cipher.ts';
import type { Connection } from '../../connections/connection.ts';
import type { Replacements } from '../../connections/replacements.ts';
import type { ConnectionStore } from '../../connections/store.ts';
import { heldField, heldName, wayField } from '../../held/holdable.ts';
import {
  type Choice,
  conditionsOf,
  type FieldProblems,
  keylessWay,
  rotatingFields,
} from '../../providers/credential-form.ts';
import type { Provider } from '../../providers/provider.ts';
import type { Subject } from '../messages/subject.ts';
import type { FormField, FormValues } from '../model/form.ts';
import { credentialValues } from './connection-answers.ts';
import { credentialFields } from './credential-fields.ts';
import { type OfferedWays, unheldProblem } from './offered-ways.ts';
import { readPurpose } from './purpose-fields.ts';

// A connection that has a secret stored is moved to sign in without one: the trust is verified first, and only then is the
// secret deleted.

/** What stands in the place of the way that a connection signs in today, which only its sealed credential tells. */
const asBefore = 'as-before';

/** The ways without a secret that can be chosen here. */
function keylessChoices({ id, fields }: Provider, { trust, heldNames }: OfferedWays): Choice[] {
  const groups = fields.find((field) => field.id === wayField)?.choices ?? [];
  const isOffered = {
    machine: true,
    issuer: trust.issuer !== undefined,
    held: heldNames(id).length > 0,
  };
  return groups
    .flatMap(({ choices }) => choices)
    .filter(({ keyless }) => keyless !== undefined && isOffered[keyless]);
}

/** The way without a secret that was chosen in a form; undefined where the secret stays. */
export function chosenWay({ provider }: Subject, values: FormValues): string | undefined {
  const chosen = values[`${provider.id}.${wayField}`];
  if (typeof chosen !== 'string' || chosen === asBefore) return undefined;
  return keylessWay(provider.fields, { [wayField]: chosen })?.value;
}

/** The questions about it; none where there is no such way, or the connection has no secret already. */
export function keylessFields(
  { connection, provider }: Subject,
  values: FormValues,
  ways: OfferedWays,
): FormField[] {
  const choices = connection.keyless ? [] : keylessChoices(provider, ways);
  if (choices.length === 0) return [];
  const way = chosenWay({ connection, provider }, values);
  const stored = { value: asBefore, label: 'As before, with the stored secret' };
  const select: FormField = {
    id: `${provider.id}.${wayField}`,
    label: 'How it signs in',
    kind: 'select',
    optional: true,
    redraws: true,
    value: way ?? asBefore,
    choices: [{ label: 'Ways', choices: [...choices, stored] }],
  };
  if (!way) return [select];
  const guiding = provider.fields.filter(({ guides }) => guides).map(({ id }) => `${provider.id}.${id}`);
  const all = credentialFields(provider, values, ways);
  const which = all.filter(({ id }) => id === `${provider.id}.${heldField}`);
  const asked = all
    .filter(({ id }) => guiding.includes(id))
    .map((field) => ({
      ...field,
      optional: true,
      hint: 'Left empty, that of the stored credential is taken, where it has one.',
    }));
  return [select, ...which, ...asked];
}

/** What is entered in place of the stored credential: its fields that are no secret, where the new way asks for them. */
function withoutSecret(
  { provider }: Subject,
  stored: Readonly<Record<string, string>>,
  { way, values }: { way: string; values: FormValues },
) {
  const entered = provider.enteredOf?.(stored) ?? stored;
  const typed = Object.entries(credentialValues(provider, values)).filter(([, value]) => value !== '');
  // What the form shows of the settings is what they are to be, also where it is empty.
  const editable = provider.fields.filter((field) => field.editable).map(({ id }) => id);
  const kept = Object.entries(entered).filter(([id]) => !editable.includes(id));
  const all: Record<string, unknown> = Object.fromEntries([...kept, ...typed, [wayField, way]]);
  const secret = rotatingFields(provider.fields).map(({ id }) => id);
  const presets = new Map(provider.fields.map(({ id, preset }) => [id, preset]));
  const isAsked = (field: Provider['fields'][number]) =>
    !secret.includes(field.id) &&
    !field.generate &&
    conditionsOf(field).every((only) =>
      only.values.includes(String(all[only.field] ?? presets.get(only.field))),
    );
  return Object.fromEntries(provider.fields.filter(isAsked).map(({ id, preset }) => [id, all[id] ?? preset]));
}

export type MoveDependencies = {
  readonly store: Pick<ConnectionStore, 'sealedCredential'>;
  readonly replacements: Pick<Replacements, 'put'>;
  readonly cipher: Cipher;
};

/** What a connection is to sign in with, held against its form. */
export type Move = {
  readonly way: string;
  /** What it is called where a worker holds it. */
  readonly held?: string | undefined;
  readonly credential: Readonly<Record<string, string>>;
  readonly target: Readonly<Record<string, string>>;
};

/** Reads what was filled in, with what is stored beside the secret; nothing is kept yet. */
export async function readMove(
  { store, cipher }: Pick<MoveDependencies, 'store' | 'cipher'>,
  subject: Subject,
  { way, values, ways }: { way: string; values: FormValues; ways: OfferedWays },
): Promise<Move | { readonly problems: FieldProblems } | 'gone'> {
  const { workspaceId, id: connectionId } = subject.connection;
  const sealed = await store.sealedCredential(workspaceId, connectionId);
  if (!sealed) return 'gone';
  const stored = (await cipher.open(sealed, { workspaceId, connectionId })) as Record<string, string>;
  const entered = withoutSecret(subject, stored, { way, values });
  const { profileOptions } = readPurpose(subject.provider, values).purpose;
  const parsed = subject.provider.parse(entered, profileOptions, { toBeChosen: true });
  if (!parsed.ok) return { problems: parsed.problems };
  const { credential, target } = parsed;
  const problems = unheldProblem(subject.provider, credential, ways);
  if (Object.keys(problems).length > 0) return { problems };
  return { way, held: heldName(credential), credential, target };
}

/** Lets a move wait beside the credential in use until it is verified; resolves to its id, if the connection is there. */
export async function letWait(
  { replacements, cipher }: Pick<MoveDependencies, 'replacements' | 'cipher'>,
  { workspaceId, id: connectionId, changedAt: basedOn }: Connection,
  { way: keyless, held, credential, target, by }: Move & { readonly by: string },
): Promise<string | undefined> {
  const key = { workspaceId, connectionId };
  const [id, sealed] = [randomUUID(), await cipher.seal(credential, key)];
  return (await replacements.put(key, { id, sealed, target, keyless, held, by, basedOn })) ? id : undefined;
}
