import type { AuthClient } from 'google-auth-library';
import { unlessAborted } from '../../deadline.ts';
import { unreachable } from '../call.ts';
import { loadInTurn } from '../load-in-turn.ts';
import { DenyPolicies, type GoogleAnswer } from './answers.ts';

type Listing = {
  readonly auth: AuthClient;
  readonly callTimeoutMs: number;
  readonly abort: AbortSignal;
};

/** Codes of google.rpc.Code with which the service says no: https://cloud.google.com/apis/design/errors#handling_errors */
const refusals: Readonly<Record<number, { readonly code: string; readonly status: number }>> = {
  3: { code: 'INVALID_ARGUMENT', status: 400 },
  5: { code: 'NOT_FOUND', status: 404 },
  7: { code: 'PERMISSION_DENIED', status: 403 },
  12: { code: 'UNIMPLEMENTED', status: 501 },
  16: { code: 'UNAUTHENTICATED', status: 401 },
};

/** The names of the deny policies attached to a project; Google leaves the rules out of this list. */
export async function listDenyPolicies(
  project: string,
  { auth, callTimeoutMs, abort }: Listing,
): Promise<GoogleAnswer<string[]>> {
  // Most verifications explain nothing, so the library loads with the first one that does.
  const { PoliciesClient } = await loadInTurn(() => import('@google-cloud/iam'));
  // The library brings an older version of the same class; fallback speaks REST.
  const client = new PoliciesClient({ authClient: auth as never, fallback: true });
  const parent = `policies/cloudresourcemanager.googleapis.com%2Fprojects%2F${project}/denypolicies`;
  try {
    const listing = client.listPolicies(
      { parent },
      { timeout: callTimeoutMs, autoPaginate: false, maxRetries: 0 },
    );
    const [policies] = await unlessAborted(listing, abort);
    const found = DenyPolicies.parse(policies);
    return { kind: 'done', output: found.map(({ name, displayName }) => displayName || name) };
  } catch (error) {
    const refusal = error instanceof Error && 'code' in error ? refusals[Number(error.code)] : undefined;
    if (refusal) return { kind: 'refused', ...refusal, message: '' };
    return unreachable;
  } finally {
    await client.close();
  }
}
