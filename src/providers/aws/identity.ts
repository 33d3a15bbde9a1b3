import { parse } from '@aws-sdk/util-arn-parser';
import type { Identity } from '../../verification/verification.ts';
import type { CallerIdentity } from './answers.ts';

/** Reads who signed in off the ARN that AWS gave; the last part of a user's or role's resource is its name. */
export function identityOf({ Arn }: Pick<CallerIdentity, 'Arn'>): Identity {
  const { resource } = parse(Arn);
  const [kind = '', ...rest] = resource.split('/');
  switch (kind) {
    case 'user':
      return { id: Arn, kind: 'user', name: rest.at(-1) ?? resource };
    case 'assumed-role':
      return { id: Arn, kind: 'role', name: rest[0] ?? resource };
    case 'federated-user':
      return { id: Arn, kind: 'federated-user', name: rest.join('/') };
    case 'root':
      return { id: Arn, kind: 'root', name: 'root' };
    default:
      return { id: Arn, kind: 'account', name: resource };
  }
}
