import type { FieldValues, Guidance } from '../credential-form.ts';
import { type PossibleTrust, plainTrust, type Trust } from '../workload.ts';
import { homeOf } from './home.ts';

/** Where a pool is, and what signs in through it. */
type Place = {
  readonly clientEmail: string;
  readonly poolProjectNumber: string;
  readonly pool: string;
  readonly poolProvider: string;
};

export const poolPath = ({ poolProjectNumber, pool }: Omit<Place, 'clientEmail' | 'poolProvider'>) =>
  `projects/${poolProjectNumber}/locations/global/workloadIdentityPools/${pool}`;

/** The one identity that a token of this connection becomes. */
const memberOf = (place: Place, { subject }: Trust) =>
  `principal://iam.googleapis.com/${poolPath(place)}/subject/${subject}`;

const providerCommand = ({ poolProvider, pool, poolProjectNumber }: Place, { issuer }: Trust) =>
  `gcloud iam workload-identity-pools providers create-oidc ${poolProvider} --project ${poolProjectNumber} --location global --workload-identity-pool ${pool} --issuer-uri ${issuer} --attribute-mapping google.subject=assertion.sub`;

const bindingCommand = (place: Place, trust: Trust) =>
  `gcloud iam service-accounts add-iam-policy-binding ${place.clientEmail} --role roles/iam.workloadIdentityUser --member '${memberOf(place, trust)}' --condition=None`;

function terraform(place: Place, trust: Trust): string {
  const { clientEmail, poolProjectNumber, pool, poolProvider } = place;
  return `resource "google_iam_workload_identity_pool" "xoap" {
  project                   = "${poolProjectNumber}"
  workload_identity_pool_id = "${pool}"
}

resource "google_iam_workload_identity_pool_provider" "xoap" {
  project                            = "${poolProjectNumber}"
  workload_identity_pool_id          = google_iam_workload_identity_pool.xoap.workload_identity_pool_id
  workload_identity_pool_provider_id = "${poolProvider}"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  oidc {
    issuer_uri = "${trust.issuer}"
  }
}

resource "google_service_account_iam_member" "xoap" {
  service_account_id = "projects/${homeOf(clientEmail) ?? '-'}/serviceAccounts/${clientEmail}"
  role               = "roles/iam.workloadIdentityUser"
  member             = "${memberOf(place, trust)}"
}`;
}

const entered = (value: unknown, otherwise: string) => String(value ?? '').trim() || otherwise;

/** What has to be set up for a service account that is to trust the bot, with words in place of what is not entered yet. */
export function guide(values: FieldValues, given?: PossibleTrust): Guidance[] {
  const trust = plainTrust(given);
  if (values.authentication !== 'impersonation' || !trust) return [];
  const place: Place = {
    clientEmail: entered(values.serviceAccount, 'SERVICE_ACCOUNT'),
    poolProjectNumber: entered(values.poolProjectNumber, 'POOL_PROJECT_NUMBER'),
    pool: entered(values.pool, 'xoap-chatops'),
    poolProvider: entered(values.poolProvider, 'xoap-chatops'),
  };
  const { pool, poolProjectNumber } = place;
  const home = homeOf(place.clientEmail) ?? 'PROJECT';
  return [
    {
      title: 'Once in the project of the pool, where this bot is not there yet',
      text: [
        `gcloud iam workload-identity-pools create ${pool} --project ${poolProjectNumber} --location global`,
        providerCommand(place, trust),
      ].join('\n'),
      format: 'shell',
    },
    {
      title: 'Once for the service account; it may take some minutes to show',
      text: [
        `gcloud services enable iamcredentials.googleapis.com --project ${home}`,
        bindingCommand(place, trust),
      ].join('\n'),
      format: 'shell',
    },
    { title: 'The same with Terraform', text: terraform(place, trust), format: 'hcl', alternative: true },
  ];
}
