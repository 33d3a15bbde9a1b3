import { credentialOf, type demoKeys } from '../simulations/aws/demo-accounts.ts';
import { azureCredential } from '../simulations/azure/demo-accounts.ts';
import { emailOf, keyFileOf } from '../simulations/google/demo-accounts.ts';
import type { Filling } from '../simulations/slack/payloads.ts';
import { vsphereCredential } from '../simulations/vsphere/demo-accounts.ts';
import type { Account } from './playground/wire.ts';

// The credentials that the playground offers: five of each simulated cloud, and the person's own.

/** What is the matter with an account, as it is told in its title. */
const titles = {
  complete: 'Complete',
  partial: 'Partly missing',
  denied: 'Denied from above',
  expired: 'Expired',
  deleted: 'Deleted',
  keyless: 'No secret',
  held: 'The worker holds it',
};

type Demo = readonly [
  matter: keyof typeof titles,
  description: string,
  credential: Readonly<Record<string, string>>,
];
type Vcenter = { readonly port: number; readonly fingerprint: string };

const labels = { aws: 'AWS', azure: 'Azure', google: 'Google Cloud', vsphere: 'vSphere' };
type ProviderId = keyof typeof labels;

/** Accounts that lack nothing, and that nobody trusts with yet: the bot makes the tokens. */
function keylessDemos() {
  const { clientSecret: _secret, ...application } = azureCredential('contributor');
  return {
    aws: {
      region: 'eu-central-1',
      authentication: 'web-identity',
      roleArn: 'arn:aws:iam::123456789012:role/xoap-images',
    },
    azure: { authentication: 'federated', ...application },
    google: {
      authentication: 'impersonation',
      serviceAccount: emailOf('complete'),
      poolProjectNumber: '100000000000',
      pool: 'xoap-chatops',
      poolProvider: 'xoap-chatops',
    },
  };
}

function demosAt(
  { port, fingerprint: certificateSha256 }: Vcenter,
  held: string,
): Record<ProviderId, readonly Demo[]> {
  const keyless = keylessDemos();
  const aws = (key: keyof typeof demoKeys, region = 'eu-central-1') =>
    credentialOf({ name: key, key, region });
  const google = (name: string) => ({ keyFile: keyFileOf(name) });
  const vsphere = (user: string) => vsphereCredential(user, port, { certificateSha256 });
  return {
    aws: [
      ['complete', 'A user with the documented policy.', aws('complete')],
      ['partial', 'Its policy lacks four actions.', aws('partial')],
      ['denied', 'The organisation forbids launching instances.', aws('scp', 'us-east-1')],
      ['deleted', 'The access key is gone.', aws('deleted')],
      ['keyless', 'A role that does not trust this bot yet.', keyless.aws],
    ],
    azure: [
      ['complete', 'A service principal that is a Contributor.', azureCredential('contributor')],
      ['partial', 'It only has the Reader role.', azureCredential('reader')],
      ['denied', 'A deny assignment locks the network.', azureCredential('denied')],
      ['expired', 'The client secret has expired.', azureCredential('expired')],
      ['keyless', 'An application that does not trust this bot yet.', keyless.azure],
    ],
    google: [
      ['complete', 'A service account with both documented roles.', google('complete')],
      ['partial', 'One of the two roles is missing.', google('instances')],
      ['denied', 'A deny policy forbids new instances.', google('denied')],
      ['deleted', 'The key was deleted.', google('deletedkey')],
      ['keyless', 'A service account that does not trust this bot yet.', keyless.google],
    ],
    vsphere: [
      ['complete', 'An account with the documented role on each object.', vsphere('full')],
      ['partial', 'Five privileges are missing.', vsphere('partial')],
      ['denied', "A read-only role on the datastore comes before its group's.", vsphere('overridden')],
      ['expired', 'The password has expired.', vsphere('expired')],
      ['held', 'Only a second worker has the password.', { authentication: 'held', held }],
    ],
  };
}

const ownWords = (provider: ProviderId) =>
  provider === 'vsphere'
    ? 'Goes to your vCenter, where XOAP_VSPHERE_ALLOWED_HOSTS names it.'
    : `Goes to the real ${labels[provider]}.`;

/** The accounts as the page offers them, and what their forms are filled with. */
export function createDemoAccounts(vcenter: Vcenter, held: string) {
  const demos = demosAt(vcenter, held);
  /** How often each was chosen, so that no two connections are filled in with the same name. */
  const times = new Map<string, number>();

  const accounts = (Object.keys(labels) as ProviderId[]).flatMap((provider): Account[] => {
    const common = { provider, providerLabel: labels[provider] };
    return [
      ...demos[provider].map(([matter, description]) => ({
        ...common,
        id: `${provider}-${matter}`,
        title: titles[matter],
        description,
        isSimulated: true,
      })),
      {
        ...common,
        id: `${provider}-own`,
        title: 'Your own',
        description: ownWords(provider),
        isSimulated: false,
      },
    ];
  });

  function fill(accountId: string): Filling | undefined {
    const [provider, wanted] = accountId.split('-') as [ProviderId, string];
    const [, , credential] = demos[provider]?.find(([matter]) => matter === wanted) ?? [];
    if (!credential) return undefined;
    const time = (times.get(accountId) ?? 0) + 1;
    times.set(accountId, time);
    const fields = Object.entries(credential).map(([field, value]) => [`${provider}.${field}`, value]);
    const name = time === 1 ? accountId : `${accountId}-${time}`;
    return { name, ...Object.fromEntries(fields) };
  }

  return { accounts, fill };
}
