import type { Connection } from '../connections/connection.ts';
import { type AppError, isAppError } from '../errors.ts';
import type { Provider } from '../providers/provider.ts';
import type { Verification } from '../verification/verification.ts';
import { type HeldFolder, notHeld, unusable } from './held-folder.ts';
import { heldName } from './holdable.ts';

type Texts = Readonly<Record<string, string>>;

/** A credential that can sign in, where it leads, and by which name it is held, if it is. */
export type WholeCredential = { readonly credential: Texts; readonly target: Texts; readonly name?: string };

/**
 * What a connection signs in with: what was sealed for it, or what this worker holds by the name that was sealed. Resolves to
 * `held.not-held` or `held.unusable` where there is no such thing.
 */
export async function wholeCredential(
  sealed: Texts,
  {
    connection: { workspaceId, target, profileOptions },
    provider,
    held,
  }: {
    readonly connection: Pick<Connection, 'workspaceId' | 'target' | 'profileOptions'>;
    readonly provider: Provider;
    readonly held: Pick<HeldFolder, 'fieldsOf'> | undefined;
  },
): Promise<WholeCredential | AppError> {
  const name = heldName(sealed);
  if (name === undefined) return { credential: sealed, target };
  const asked = { workspaceId, provider: provider.id, name };
  if (!held) return notHeld(asked);
  try {
    const parsed = provider.parse(await held.fieldsOf(asked), profileOptions);
    if (parsed.ok) return { credential: parsed.credential, target: parsed.target, name };
    const [[field, sentence] = []] = Object.entries(parsed.problems);
    return unusable(name, `${field}: ${sentence}`);
  } catch (error) {
    if (isAppError(error)) return error;
    throw error;
  }
}

/**
 * A verification of what is held. What it offers to enter or to choose belongs into the file: nobody changes in chat where a
 * credential leads that they do not have.
 */
export function asHeld(verification: Verification, name: string): Verification {
  const { choices: _choices, error, notes, ...others } = verification;
  const signedIn = `Signed in with what the worker holds as “${name}”. XOAP’s own copy of the credential was not tried.`;
  if (!error) return { ...others, notes: [signedIn, ...notes] };
  const { confirm, hint, ...fault } = error;
  const toFile = confirm
    ? `Whoever operates the worker compares it and puts it into the file: ${Object.entries(confirm)
        .map(([field, value]) => `${field}: ${value}`)
        .join(', ')}.`
    : hint;
  return { ...others, notes, error: { ...fault, ...(toFile && { hint: toFile }) } };
}
