import type { ProviderId } from '../../catalog/profile.ts';
import type { OfferedNames } from '../../held/announcements.ts';
import { heldField, heldName } from '../../held/holdable.ts';
import { subjectOf } from '../../issuer/issuer.ts';
import type { FieldProblems } from '../../providers/credential-form.ts';
import type { Provider } from '../../providers/provider.ts';
import type { PossibleTrust } from '../../providers/workload.ts';

/** How a connection can sign in here without a secret of its own. */
export type OfferedWays = {
  /** What a provider is to trust, where it trusts the bot. */
  readonly trust: PossibleTrust;
  /** What workers hold for its workspace, by name. */
  readonly heldNames: (provider: ProviderId) => readonly string[];
};

/** Where a form asks for a secret alone. */
export const noWays: OfferedWays = { trust: { subject: '' }, heldNames: () => [] };

export type WaysDependencies = {
  /** The address that a provider is to trust; absent where the bot has none. */
  readonly issuer?: string | undefined;
  readonly heldNames: OfferedNames;
};

/** The ways of one connection, which may be one that a form is about to make. */
export const waysFor = (
  { issuer, heldNames }: WaysDependencies,
  connection: { readonly workspaceId: string; readonly connectionId: string },
): OfferedWays => ({
  trust: { issuer, subject: subjectOf(connection) },
  heldNames: (provider) => heldNames({ workspaceId: connection.workspaceId, provider }),
});

/** What is wrong with a credential that names what no worker holds for this workspace. */
export function unheldProblem(
  { id }: Provider,
  credential: Readonly<Record<string, string>>,
  { heldNames }: OfferedWays,
): FieldProblems {
  const name = heldName(credential);
  if (name === undefined || heldNames(id).includes(name)) return {};
  return { [heldField]: 'No worker that is alive holds this for your workspace. Choose another one.' };
}
