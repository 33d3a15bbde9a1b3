import { z } from 'zod';
import { type Contradictions, entries, httpsUrl, loopbackUrl, setting } from '../../src/setting.ts';

const guid = z.guid('must be a GUID, such as 00000000-0000-0000-0000-000000000000');

/** The Agents Playground has a tenant with a digit too many. */
const tenantId = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12,13}$/i, 'must hold ids of tenants, which are GUIDs');

/** What the operator sets for Microsoft Teams. */
export const teamsSettings = {
  TEAMS_CLIENT_ID: setting(
    'teams',
    'Client id of the bot of the Teams app (its Entra application), a GUID.',
    guid.optional(),
  ),
  TEAMS_CLIENT_SECRET: setting(
    'teams',
    'Client secret of that application; the bot and its workers post with it.',
    z.string().min(8, 'is too short for a client secret').optional(),
  ),
  TEAMS_MANAGED_IDENTITY_CLIENT_ID: setting(
    'teams',
    'In place of the client secret, on Azure: the client id of the managed identity of the machine (that of a bot that is one, or one that its application trusts), or system.',
    z
      .string()
      .refine((text) => text === 'system' || guid.safeParse(text).success, {
        error: 'must be the client id of a managed identity, which is a GUID, or system',
      })
      .optional(),
  ),
  TEAMS_FEDERATED: setting(
    'teams',
    'In place of the client secret, anywhere: 1 where the application trusts tokens of this bot (XOAP_ISSUER_URL); "xoap issuer show" prints the command that sets it up.',
    z.literal('1', { error: 'must be 1, or empty' }).optional(),
  ),
  TEAMS_TENANT_ID: setting(
    'teams',
    'Tenant where that application is registered; leave it empty for a multi-tenant one of old.',
    guid.optional(),
  ),
  TEAMS_ALLOWED_TENANTS: setting(
    'teams',
    'Ids of the tenants whose people may use the bot, separated by commas; nobody may when empty.',
    z.string().default('').transform(entries).pipe(z.array(tenantId)),
  ),
  TEAMS_CLOUD: setting(
    'teams',
    'Microsoft cloud of the tenants: public, usgov, usgovdod or china.',
    z.enum(['public', 'usgov', 'usgovdod', 'china']).default('public'),
  ),
  TEAMS_PRIVACY_URL: setting(
    'teams',
    'Address of your privacy statement, which the manifest of the Teams app names; asked for by `xoap manifest teams`.',
    httpsUrl.optional(),
  ),
  TEAMS_TERMS_URL: setting(
    'teams',
    'Address of your terms of use, which the manifest of the Teams app names; asked for by `xoap manifest teams`.',
    httpsUrl.optional(),
  ),
  TEAMS_PLAYGROUND_URL: setting(
    'tests',
    'Address of the connector of a local Agents Playground; takes requests without a token, so only on loopback and never in production.',
    loopbackUrl.optional(),
  ),
  TEAMS_TEST_AUTHORITY: setting(
    'tests',
    'Address of a local Entra ID in place of Microsoft’s; only for tests.',
    z
      .url({ protocol: /^https$/, hostname: /^(localhost|127\.0\.0\.1)$/, error: 'must be on this machine' })
      .optional(),
  ),
  TEAMS_TEST_ISSUER: setting(
    'tests',
    'Address of a local issuer of tokens in place of Microsoft; only for tests.',
    loopbackUrl.optional(),
  ),
};

/** Whether a text has the shape of the Entra object id of a person. */
export const isTeamsPersonId = (id: string): boolean => guid.safeParse(id).success;

/** Whether anything is set for Teams. */
export const isTeamsSet: (...set: Parameters<Contradictions>) => boolean = (set) =>
  Object.keys(set).some((name) => name.startsWith('TEAMS_'));

/** What the application signs in with: one of these. */
const signInWays = ['TEAMS_CLIENT_SECRET', 'TEAMS_MANAGED_IDENTITY_CLIENT_ID', 'TEAMS_FEDERATED'];

const signInContradictions: Contradictions = (set) => {
  const [secret = '', ...keyless] = signInWays;
  const ways = signInWays.filter((name) => set[name]);
  if (ways.length > 1) return [`${ways.join(' and ')}: set one of them`];
  if (ways.length === 0)
    return (set.TEAMS_PLAYGROUND_URL ?? set.TEAMS_TEST_ISSUER)
      ? []
      : [`${secret}: is missing; the bot and its workers post with it, or with ${keyless.join(' or ')}`];
  const { TEAMS_MANAGED_IDENTITY_CLIENT_ID: identity = set.TEAMS_CLIENT_ID, TEAMS_CLOUD: cloud } = set;
  // The SDK asks the identity for the audience of the public cloud: https://github.com/microsoft/teams.ts
  if (cloud && cloud !== 'public' && identity !== set.TEAMS_CLIENT_ID)
    return [
      'TEAMS_MANAGED_IDENTITY_CLIENT_ID: must be TEAMS_CLIENT_ID in this cloud; another identity is trusted in the public one only',
    ];
  return set.TEAMS_TENANT_ID || set[secret]
    ? []
    : ['TEAMS_TENANT_ID: is missing; only an application of one tenant does without a secret'];
};

export const teamsContradictions: Contradictions = (set) => {
  const problems: string[] = [];
  const { TEAMS_PLAYGROUND_URL: playground, XOAP_HOST: host = '127.0.0.1' } = set;
  if (!set.TEAMS_CLIENT_ID)
    problems.push('TEAMS_CLIENT_ID: is missing; requests are for it, and answers from it');
  problems.push(...signInContradictions(set));
  if (set.XOAP_PROCESS !== 'worker' && !set.TEAMS_ALLOWED_TENANTS)
    problems.push('TEAMS_ALLOWED_TENANTS: is missing; without it nobody could use the bot in Teams');
  if (playground && !['127.0.0.1', 'localhost', '::1'].includes(host))
    problems.push('TEAMS_PLAYGROUND_URL: takes requests without a token, so XOAP_HOST must be 127.0.0.1');
  if (set.NODE_ENV === 'production')
    for (const name of ['TEAMS_PLAYGROUND_URL', 'TEAMS_TEST_ISSUER', 'TEAMS_TEST_AUTHORITY'])
      if (set[name]) problems.push(`${name}: production talks to Microsoft itself only`);
  return problems;
};
