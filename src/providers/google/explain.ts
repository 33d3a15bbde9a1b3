import type { Identity } from '../../verification/verification.ts';
import {
  type LogText,
  matchesOf,
  readSigns,
  type Sign,
  spaced,
  span,
  type Told,
  toldByStep,
  unlessNear,
} from '../told.ts';

// Reads what Google Cloud, its SDKs and gcloud say in a log. Messages name what was refused; a layer they never do.

const permission = String.raw`([a-z][A-Za-z0-9]{1,40}(?:\.[A-Za-z0-9]{1,60}){2,4})`;
const required = spaced(`Required '${permission}' permission for '([^'\\n]{1,400})'`);
const deniedOn = spaced(
  `[Pp]ermission [‘']?${permission}[’']? denied(?: on (?:resource )?(?:service account )?['‘]?(?!resource\\b)([^\\s'’,()]{1,400}))?`,
);
const inDetails = spaced(`"permission":\\s{0,3}"${permission}"`);
const noAccess = spaced(`([\\w.-]{1,100}@[\\w.-]{1,100}) does not have ${permission} access`);
const actAs = 'iam.serviceAccounts.actAs';
const usualLayer = 'role-binding';
const notActing = spaced(String.raw`does not have access to service account '([^'\n]{1,200})'`);
const unused = spaced(
  String.raw`(?:has not been used in project (\S{1,60}) before or it is disabled|API \[([a-z0-9.-]{1,80}\.googleapis\.com)\] not enabled on project|SERVICE_DISABLED|accessNotConfigured)`,
);
const apiNear = /(?:apis\/(?:api|library)\/|"service": ?"|services\/)([a-z0-9-]{1,60}\.googleapis\.com)/;
const constraint = spaced(
  String.raw`(?:[Cc]onstraint '?|organization's )(constraints/[\w./]{1,120})'? (?:violated|constraint)(?: for '?(?:project )?(projects/[\w:.-]{1,80}))?`,
);

const signs: readonly Sign[] = [
  {
    pattern: spaced(
      String.raw`4033: 'not authorized'|failed to connect to backend.{0,40}4033|\b4033\b.{0,60}not authorized`,
    ),
    kind: 'permission',
    requirements: ['iap.tunnelInstances.accessViaIAP'],
    text: 'Identity-Aware Proxy does not let this account through to the machine.',
    usualLayer,
    isBehindTimeouts: true,
  },
  {
    pattern: spaced(
      'BILLING_DISABLED|requires billing to be enabled|billing account for the owning project is disabled',
    ),
    kind: 'prerequisite',
    requirements: ['prerequisite:billing'],
    text: 'The project has no open billing account.',
  },
  {
    pattern: spaced('ACCESS_TOKEN_SCOPE_INSUFFICIENT|insufficient authentication scopes'),
    kind: 'credential',
    text: 'The token of the machine was made for less than it is used for (its access scopes). No role helps: give the machine the scope cloud-platform, or use another credential.',
  },
  {
    pattern: spaced('CUSTOM_ORG_POLICY_VIOLATION|[Oo]peration denied by org policy'),
    kind: 'policy',
    text: 'An organisation policy forbids what the build asks for. A role does not help: change what is asked for, or ask whoever keeps the policy.',
  },
  {
    pattern: spaced(
      `prohibited by organization's policy|vpcServiceControlsUniqueIdentifier|SECURITY_POLICY_VIOLATED`,
    ),
    kind: 'policy',
    text: 'A service perimeter (VPC Service Controls) refused the call, whatever the roles are. Ask whoever keeps the perimeter.',
  },
  {
    pattern: spaced(
      'invalid_grant|invalid_client|unauthorized_client|could not find default credentials|CREDENTIALS_MISSING|ACCESS_TOKEN_(?:EXPIRED|TYPE_UNSUPPORTED)|Request had invalid authentication credentials|Reauthentication failed|"?UNAUTHENTICATED"?',
    ),
    kind: 'credential',
    text: 'Google does not take the credential: the key or token is missing, deleted or expired, or the clock of the machine is wrong. Permissions are not the matter yet.',
  },
  {
    pattern: spaced(
      String.raw`QUOTA_EXCEEDED|quotaExceeded|Quota '[A-Z_a-z]{1,60}' exceeded|ZONE_RESOURCE_POOL_EXHAUSTED\w{0,20}`,
    ),
    kind: 'not-permission',
    text: 'Google has no room for it, or a quota of the project is reached.',
  },
  {
    pattern: spaced('rateLimitExceeded|RATE_LIMIT_EXCEEDED|RESOURCE_EXHAUSTED'),
    kind: 'not-permission',
    text: 'Google was asked too often in too short a time, or a limit of the project is reached.',
  },
  {
    pattern: spaced(
      String.raw`The resource '[^'\n]{1,300}' (?:was not found|already exists)|Could not find \w{1,20} \[|Error 40[49]: [^\n]{1,300}, (?:notFound|alreadyExists)`,
    ),
    kind: 'not-permission',
    text: 'Google took the request and refused what it asks for: something named in it is not there or is there already.',
  },
];

/** Google prints this one in small letters. */
const spelled = (id: string) => (id.toLowerCase() === actAs.toLowerCase() ? actAs : id);

const targetOf = (resource: string | undefined): Told['target'] => {
  const [, project] = /projects\/([a-z][a-z0-9:.-]{1,80})/.exec(resource ?? '') ?? [];
  return project ? { project } : undefined;
};

const accountIn = (resource: string | undefined) =>
  /[\w.-]{1,100}@[\w.-]{1,100}\.gserviceaccount\.com/.exec(resource ?? '')?.[0];

/** A network is usually another project's, and the right to use it is given on the one subnetwork. */
function onNetwork(resource: string | undefined): Pick<Told, 'group' | 'scope' | 'target'> | undefined {
  const [, hostProject, region, name] =
    /projects\/([a-z][a-z0-9:.-]{1,80})\/regions\/([a-z0-9-]{1,40})\/subnetworks\/([a-z][a-z0-9-]{0,62})$/.exec(
      resource ?? '',
    ) ?? [];
  if (!hostProject || !region || !name) return undefined;
  const subnetwork = `${region}/${name}`;
  return {
    group: 'roles/compute.networkUser',
    scope: `subnetwork ${subnetwork} of host project ${hostProject}`,
    target: { hostProject, subnetwork },
  };
}

/** What another project shares to build on is used with a role of its own. */
const ofImage = (id: string, resource: string | undefined): Pick<Told, 'group'> =>
  /^compute\.\w{1,20}\.(getFromFamily|useReadOnly)$/.test(id) && resource?.includes('/global/')
    ? { group: 'roles/compute.imageUser' }
    : {};

/** Disks are encrypted by the agent of Compute Engine, whoever asks. https://cloud.google.com/compute/docs/disks/customer-managed-encryption */
function ofKey(id: string, resource: string | undefined): Pick<Told, 'more' | 'isMoreAll'> {
  if (!id.startsWith('cloudkms.')) return {};
  const [, project, location, ring, key] =
    /projects\/([a-z][a-z0-9:.-]{1,80})\/locations\/([a-z0-9-]{1,40})\/keyRings\/([\w-]{1,63})\/cryptoKeys\/([\w-]{1,63})/.exec(
      resource ?? '',
    ) ?? [];
  const text = `gcloud kms keys add-iam-policy-binding ${key ?? 'KEY'} \\\n  --keyring=${ring ?? 'KEY_RING'} \\\n  --location=${location ?? 'LOCATION'} \\\n  --project=${project ?? 'PROJECT_OF_THE_KEY'} \\\n  --member=serviceAccount:service-PROJECT_NUMBER@compute-system.iam.gserviceaccount.com \\\n  --role=roles/cloudkms.cryptoKeyEncrypterDecrypter`;
  const title = 'Let the agent of Compute Engine use the key: it encrypts disks, not whoever builds';
  const note =
    'PROJECT_NUMBER is that of the project that builds. A build that uses the key itself needs the same role for its own account.';
  return { more: [{ title, format: 'shell', text, note, fixes: [id] }], isMoreAll: true };
}

/** Whoever may change who may what, or make keys, may have every right. */
const overRights = /setIamPolicy$|^iam\.(?:roles|serviceAccountKeys)\.|getAccessToken$/;

function refusal(id: string, resource: string | undefined, match: RegExpExecArray, who?: Identity): Told {
  const asked = spelled(id);
  const account = asked === actAs ? accountIn(resource) : undefined;
  return {
    kind: 'permission',
    requirements: [asked],
    text: `Google refused ${asked}${resource ? ` on ${resource}` : ''}, and does not say by which role or policy.`,
    identity: who,
    resource,
    ...(account && { scope: `service account ${account}` }),
    usualLayer,
    target: targetOf(resource),
    ...onNetwork(resource),
    ...ofImage(asked, resource),
    ...ofKey(asked, resource),
    ...(overRights.test(asked) && { onOne: 'always' }),
    ...span(match),
  };
}

const serviceAccount = (email: string): Identity => ({ id: email, kind: 'service-account', name: email });

function readRefusals(text: string): Told[] {
  return [
    ...matchesOf(text, required).map((match) => refusal(match[1] ?? '', match[2], match)),
    ...matchesOf(text, deniedOn).map((match) => refusal(match[1] ?? '', match[2], match)),
    ...matchesOf(text, inDetails).map((match) => refusal(match[1] ?? '', undefined, match)),
    ...matchesOf(text, noAccess).map((match) =>
      refusal(match[2] ?? '', undefined, match, serviceAccount(match[1] ?? '')),
    ),
    ...matchesOf(text, notActing).map((match) => refusal(actAs, match[1], match)),
  ];
}

/** Which API is off stands in the sentence, or in an address or in details close to it. */
function readUnused(text: string): Told[] {
  return matchesOf(text, unused).map((match): Told => {
    const { at, end } = span(match);
    const api = match[2] ?? apiNear.exec(text.slice(Math.max(0, at - 300), end + 900))?.[1];
    const project = match[1];
    return {
      kind: 'prerequisite',
      requirements: api ? [`prerequisite:api/${api}`] : [],
      text: `${api ?? 'An API'} is not enabled in the project.`,
      ...(project && !/^\d+$/.test(project) && { target: { project } }),
      at,
      end,
    };
  });
}

const readConstraints = (text: string): Told[] =>
  matchesOf(text, constraint).map((match): Told => {
    const [, name = '', resource] = match;
    const said = `The organisation policy ${name} forbids what the build asks for. A role does not help: change what is asked for, or ask whoever keeps the policy.`;
    return {
      kind: 'policy',
      requirements: [],
      text: said,
      resource,
      policy: name,
      target: targetOf(resource),
      ...span(match),
    };
  });

const bare = spaced(String.raw`PERMISSION_DENIED|Error 403: [^\n]{0,300}, forbidden|IAM_PERMISSION_DENIED`);

function readBare({ text, stepAt }: LogText, told: readonly Told[]): Told[] {
  const all = matchesOf(text, bare).map(
    (match): Told => ({
      kind: 'permission',
      ...toldByStep(stepAt(match.index), 'Google Cloud'),
      usualLayer,
      ...span(match),
    }),
  );
  return unlessNear(all, told, 900);
}

/** What a log says of Google Cloud, in no order. */
export function explain(log: LogText): Told[] {
  const { text } = log;
  const own = [
    ...readRefusals(text),
    ...readUnused(text),
    ...readConstraints(text),
    ...readSigns(text, signs),
  ];
  return [...own, ...readBare(log, own)];
}
