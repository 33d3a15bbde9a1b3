import {
  type Directory,
  defaultAccountOf,
  isAllowed,
  type Project,
  type ServiceAccount,
} from './directory.ts';

export type Reply = { readonly status: number; readonly body: unknown };
export type Question = { readonly url: URL; readonly body: string; readonly caller: ServiceAccount };

type Asked = {
  readonly directory: Directory;
  readonly question: Question;
  /** What stands in the path where the pattern has a group. */
  readonly name: string;
};

export function errorReply(status: number, word: string, message: string, details?: unknown[]): Reply {
  return { status, body: { error: { code: status, message, status: word, ...(details && { details }) } } };
}

const denied = (text: string) => errorReply(403, 'PERMISSION_DENIED', text);

/** Permissions that exist but are never valid on a project. */
const neverOnProject = [
  'resourcemanager.projects.list',
  'resourcemanager.projects.create',
  'iam.denypolicies.list',
];

function disabled({ number }: Project, service: string): Reply {
  const link = `https://console.developers.google.com/apis/api/${service}/overview?project=${number}`;
  const text = `${service} has not been used in project ${number} before or it is disabled. Enable it by visiting ${link} then retry.`;
  const metadata = { service, consumer: `projects/${number}`, activationUrl: link };
  return errorReply(403, 'PERMISSION_DENIED', text, [
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'SERVICE_DISABLED',
      domain: 'googleapis.com',
      metadata,
    },
    {
      '@type': 'type.googleapis.com/google.rpc.Help',
      links: [{ description: 'Google developers console API activation', url: link }],
    },
  ]);
}

function keptOut({ perimeter = '' }: Project): Reply {
  const text = `Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: ${perimeter}`;
  return errorReply(403, 'PERMISSION_DENIED', text, [
    {
      '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
      violations: [{ type: 'VPC_SERVICE_CONTROLS', description: perimeter }],
    },
    {
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'SECURITY_POLICY_VIOLATED',
      domain: 'googleapis.com',
      metadata: { uid: perimeter, service: 'cloudresourcemanager.googleapis.com' },
    },
  ]);
}

const findProject = ({ projects }: Directory, id: string) => projects.find((project) => project.id === id);
const memberOf = ({ email }: ServiceAccount) => `serviceAccount:${email}`;

/** Runs where an API is enabled in the project that its caller belongs to. */
function within(
  { directory, question: { caller } }: Asked,
  service: string,
  answer: (own: Project) => Reply,
): Reply {
  const own = findProject(directory, caller.project);
  if (!own) return denied('The caller has no project.');
  return own.services.includes(service) ? answer(own) : disabled(own, service);
}

function testOnProject(asked: Asked): Reply {
  const { directory, question, name } = asked;
  return within(asked, 'cloudresourcemanager.googleapis.com', () => {
    const project = findProject(directory, name);
    // Nobody is told apart from one another: a project that is not there, and one that may not be seen.
    if (!project) return denied(`The caller does not have permission on ${name} (or it may not exist).`);
    if (project.perimeter) return keptOut(project);
    const { permissions } = JSON.parse(question.body) as { permissions: string[] };
    const wrong = permissions.find((each) =>
      [...neverOnProject, ...(project.untestable ?? [])].includes(each),
    );
    if (wrong)
      return errorReply(400, 'INVALID_ARGUMENT', `Permission ${wrong} is not valid for this resource.`);
    if (permissions.length > 100) return errorReply(400, 'INVALID_ARGUMENT', 'Too many permissions.');
    const held = permissions.filter((permission) =>
      isAllowed(project, memberOf(question.caller), { permission }),
    );
    // An empty list is left out, as everywhere in these APIs.
    return { status: 200, body: held.length > 0 ? { permissions: held } : {} };
  });
}

function testOnAccount(asked: Asked): Reply {
  const { directory, question, name } = asked;
  return within(asked, 'iam.googleapis.com', () => {
    const [place = '', email = ''] = name.split('/serviceAccounts/');
    const account = directory.accounts.find((each) => each.email === email);
    const project = account && findProject(directory, account.project);
    // With `-` for its project, an account that is not there reads as one that may not be seen.
    if (!account || !project || (place !== '-' && place !== account.project))
      return place === '-'
        ? denied(`Permission 'iam.serviceAccounts.get' denied on resource (or it may not exist).`)
        : errorReply(404, 'NOT_FOUND', `Unknown service account ${email}`);
    const { permissions } = JSON.parse(question.body) as { permissions: string[] };
    const held = permissions.filter((permission) =>
      isAllowed(project, memberOf(question.caller), { permission, account }),
    );
    return { status: 200, body: held.length > 0 ? { permissions: held } : {} };
  });
}

function services({ directory, question, name }: Asked): Reply {
  const project = findProject(directory, name);
  const permission = 'serviceusage.services.get';
  if (!project || !isAllowed(project, memberOf(question.caller), { permission }))
    return denied(`Permission denied to get services of ${name}.`);
  const asked = question.url.searchParams.getAll('names').map((path) => path.split('/').at(-1) ?? '');
  const list = asked.map((service) => ({
    name: `projects/${project.number}/services/${service}`,
    parent: `projects/${project.number}`,
    state: project.services.includes(service) ? 'ENABLED' : 'DISABLED',
  }));
  return { status: 200, body: { services: list } };
}

function computeProject({ directory, question, name }: Asked): Reply {
  const project = findProject(directory, name);
  if (!project) return errorReply(404, 'NOT_FOUND', `The resource 'projects/${name}' was not found`);
  if (!project.services.includes('compute.googleapis.com'))
    return disabled(project, 'compute.googleapis.com');
  if (project.perimeter) return keptOut(project);
  const permission = 'compute.projects.get';
  const defaultServiceAccount = project.hasNoDefaultAccount ? undefined : defaultAccountOf(project);
  return isAllowed(project, memberOf(question.caller), { permission })
    ? { status: 200, body: { id: project.number, defaultServiceAccount } }
    : denied(`Required '${permission}' permission for 'projects/${name}'`);
}

/** Needs resourcemanager.projects.get only, and the API in the project of the caller. */
function billing(asked: Asked): Reply {
  const { directory, question, name } = asked;
  return within(asked, 'cloudbilling.googleapis.com', () => {
    const project = findProject(directory, name);
    const permission = 'resourcemanager.projects.get';
    if (!project || !isAllowed(project, memberOf(question.caller), { permission }))
      return denied('The caller does not have permission');
    return { status: 200, body: { projectId: name, billingEnabled: !project.isUnbilled } };
  });
}

function testOnSubnetwork({ directory, question, name }: Asked): Reply {
  const [host = '', region = '', subnetwork = ''] = name.split(/\/regions\/|\/subnetworks\//);
  const project = findProject(directory, host);
  const bindings = project?.subnetworks?.[`${region}/${subnetwork}`];
  if (!project || !bindings)
    return errorReply(404, 'NOT_FOUND', `The resource 'projects/${name}' was not found`);
  const { permissions } = JSON.parse(question.body) as { permissions: string[] };
  const wrong = permissions.find((each) => !each.startsWith('compute.subnetworks.'));
  if (wrong)
    return errorReply(400, 'INVALID_ARGUMENT', `Permission ${wrong} is not valid for this resource.`);
  const held = permissions.filter((permission) =>
    isAllowed(project, memberOf(question.caller), { permission, subnetwork: bindings }),
  );
  return { status: 200, body: held.length > 0 ? { permissions: held } : {} };
}

/** Asked in the address, and answered without what is not held: https://cloud.google.com/storage/docs/json_api/v1/buckets/testIamPermissions */
function testOnBucket({ directory, question, name }: Asked): Reply {
  const project = directory.projects.find(({ buckets }) => buckets?.[name]);
  const bucket = project?.buckets?.[name];
  if (!project || !bucket) return errorReply(404, 'NOT_FOUND', 'The specified bucket does not exist.');
  const permissions = question.url.searchParams.getAll('permissions');
  const held = permissions.filter((permission) =>
    isAllowed(project, memberOf(question.caller), { permission, bucket }),
  );
  return {
    status: 200,
    body: { kind: 'storage#testIamPermissionsResponse', ...(held.length > 0 && { permissions: held }) },
  };
}

function policy({ directory, question, name }: Asked): Reply {
  const project = findProject(directory, name);
  const permission = 'resourcemanager.projects.getIamPolicy';
  if (!project || !isAllowed(project, memberOf(question.caller), { permission }))
    return denied('The caller does not have permission');
  return { status: 200, body: { version: 3, etag: 'BwX', bindings: project.bindings } };
}

function denyPolicies({ directory, question, name }: Asked): Reply {
  const id = decodeURIComponent(decodeURIComponent(name)).split('/').at(-1) ?? '';
  const project = findProject(directory, id);
  const permission = 'iam.denypolicies.list';
  if (!project || !isAllowed(project, memberOf(question.caller), { permission }))
    return denied(`Permission '${permission}' denied.`);
  // The list holds no rules: https://cloud.google.com/iam/docs/reference/rest/v2/policies/listPolicies
  const list = (project.denyPolicies ?? []).map(({ displayName }, index) => ({
    name: `policies/cloudresourcemanager.googleapis.com%2Fprojects%2F${project.number}/denypolicies/p${index}`,
    displayName,
    kind: 'DenyPolicy',
  }));
  return { status: 200, body: list.length > 0 ? { policies: list } : {} };
}

function key({ directory, question, name }: Asked): Reply {
  const [email = '', keyId = ''] = name.split('/keys/');
  const account = directory.accounts.find((entry) => entry.email === email);
  const project = account && findProject(directory, account.project);
  const permission = 'iam.serviceAccountKeys.get';
  if (!project || !isAllowed(project, memberOf(question.caller), { permission }))
    return denied(`Permission '${permission}' denied.`);
  return {
    status: 200,
    body: {
      name: `projects/${project.id}/serviceAccounts/${email}/keys/${keyId}`,
      validAfterTime: account.keysMadeAt ?? '2026-11-01T00:00:00Z',
      validBeforeTime: '9999-12-31T23:59:59Z',
      keyType: 'USER_MANAGED',
    },
  };
}

const routes: readonly (readonly [RegExp, (asked: Asked) => Reply])[] = [
  [/^\/v3\/projects\/([^/]+):testIamPermissions$/, testOnProject],
  [/^\/v3\/projects\/([^/]+):getIamPolicy$/, policy],
  [/^\/v1\/projects\/([^/]+\/serviceAccounts\/[^/]+):testIamPermissions$/, testOnAccount],
  [/^\/v1\/projects\/([^/]+)\/billingInfo$/, billing],
  [
    /^\/compute\/v1\/projects\/([^/]+\/regions\/[^/]+\/subnetworks\/[^/]+)\/testIamPermissions$/,
    testOnSubnetwork,
  ],
  [/^\/storage\/v1\/b\/([^/]+)\/iam\/testPermissions$/, testOnBucket],
  [/^\/v1\/projects\/-\/serviceAccounts\/(.+\/keys\/.+)$/, key],
  [/^\/v1\/projects\/([^/]+)\/services:batchGet$/, services],
  [/^\/compute\/v1\/projects\/([^/]+)$/, computeProject],
  [/^\/v2\/policies\/([^/]+)\/denypolicies$/, denyPolicies],
];

/** Answers as the API does whose path it is. */
export function answerApi(directory: Directory, question: Question): Reply {
  for (const [pattern, answer] of routes) {
    const name = pattern.exec(question.url.pathname)?.[1];
    if (name) return answer({ directory, question, name });
  }
  return errorReply(404, 'NOT_FOUND', `There is no ${question.url.pathname} here.`);
}
