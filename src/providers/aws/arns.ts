import type { Told } from '../told.ts';
import { identityOf } from './identity.ts';

/** The partition and account that an ARN lies in. */
function placeIn(arn: string): { readonly account?: string; readonly region?: string } {
  const [, , , region, account] = arn.split(':');
  return {
    ...(account && /^\d{12}$/.test(account) && { account }),
    ...(region && /^[a-z]{2}(-[a-z]+)+-\d$/.test(region) && { region }),
  };
}

/** Who is refused, where the text names an ARN; some services write another form. */
export function identityIn(who: string | undefined) {
  const arn = /^arn:aws[\w-]*:(?:iam|sts)::\d{12}:\S+$/.exec(who ?? '')?.[0];
  if (!arn) return undefined;
  return identityOf({ Arn: arn });
}

/** Where a caller is, as far as what is named tells. */
export const placeOf = (resource: string | undefined, identity: Told['identity']): Told['target'] => ({
  ...(resource && placeIn(resource)),
  ...(identity && placeIn(identity.id)),
});

/**
 * Given on everything, a right of the one kind lets the caller be anybody, and one of the other is more than was refused. What
 * another layer refuses is no matter of what is given.
 */
export const onOne = (action: string, layer: Told['layer']): Told['onOne'] => {
  if (layer !== undefined && layer !== 'identity-policy') return undefined;
  return /^(?:iam|sts|organizations|sso|kms):/.test(action) ? 'always' : 'unless-asked-for';
};
