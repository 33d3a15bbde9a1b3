import { createHash } from 'node:crypto';
import type { Policy } from './policy.ts';

export type AccessKey = {
  readonly id: string;
  readonly secret: string;
  readonly sessionToken?: string;
  /** ISO date on which it was made. */
  readonly createdOn?: string;
  /** ISO time after which a session token is refused. */
  readonly expires?: string;
};

/** A statement of a trust policy: the issuer, the audience and the subject that it names. */
export type WebTrust = {
  readonly issuer: string;
  readonly audience: string;
  /** Any where absent; with a star at its end what begins so, as with `StringLike`. */
  readonly subject?: string;
};

export type Principal = {
  readonly kind: 'user' | 'role' | 'root';
  readonly name: string;
  readonly path?: string;
  /** For a role: the accounts that may assume it, and the External ID they must give. */
  readonly trust?: { readonly accounts: readonly string[]; readonly externalId?: string };
  /** For a role: what tokens may become it, one of them or several. */
  webTrust?: WebTrust | readonly WebTrust[];
  /** For a role: the name of the session whose keys these are. */
  readonly session?: string;
  keys: AccessKey[];
  policies: Policy[];
  boundary?: Policy;
  sessionPolicy?: Policy;
};

export type Account = {
  readonly id: string;
  readonly principals: Principal[];
  scps?: Policy[];
  /** The policy of the VPC endpoint that calls come through. */
  endpointPolicy?: Policy;
  /** The issuers that the account knows, and the audiences that it takes from each. */
  identityProviders?: { readonly url: string; readonly audiences: readonly string[] }[];
  /** What else is known of each request, by condition key, such as the address that it comes from. */
  context?: Record<string, string>;
  /** Whether a launch ends at a key pair that is not there. */
  looksForKeyPairs?: boolean;
  /** Whether the account sees images of its own choice only. */
  hidesAmazonImages?: boolean;
  /** Regions in which the sign-in service is not active. */
  regionsWithoutSts?: string[];
  /** Regions the account has enabled; all when absent. */
  regions?: string[];
  /** The letters of the zones it has in every region; a, b and c when absent. */
  zones?: string[];
  /** Regions with a default VPC; `no-subnets` is one whose default subnets were deleted. */
  defaultVpcs: Record<string, 'complete' | 'no-subnets'>;
};

/** The ARN that IAM knows a principal by. */
export function principalArn(account: Account, { kind, name, path = '/' }: Principal): string {
  return kind === 'root'
    ? `arn:aws:iam::${account.id}:root`
    : `arn:aws:iam::${account.id}:${kind}${path}${name}`;
}

/** The ARN that a caller is shown: a role's session has neither the path nor the service of its role. */
export function callerArn(account: Account, principal: Principal): string {
  if (principal.kind !== 'role') return principalArn(account, principal);
  return `arn:aws:sts::${account.id}:assumed-role/${principal.name}/${principal.session ?? 'session'}`;
}

/** The unique id of a role, which the id of its sessions begins with. */
export function roleId({ name }: Pick<Principal, 'name'>): string {
  return `AROAFAKE${createHash('sha256').update(name).digest('hex').slice(0, 13).toUpperCase()}`;
}
