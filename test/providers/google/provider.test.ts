import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GoogleCloud, startGoogleCloud } from '../../../simulations/google/cloud.ts';
import {
  demoDirectory,
  demoPrivateKey,
  demoPublicKey,
  emailOf,
  type GoogleName,
  googleScenarios,
  hostProjectOf,
  keyFileOf,
} from '../../../simulations/google/demo-accounts.ts';
import { defaultAccountOf, type Project } from '../../../simulations/google/directory.ts';
import { createGoogle } from '../../../src/providers/google/provider.ts';
import { runVerification } from '../../../src/providers/run-verification.ts';
import type { Verification } from '../../../src/verification/verification.ts';

let cloud: GoogleCloud;
beforeAll(async () => {
  cloud = await startGoogleCloud(demoDirectory(), demoPublicKey);
});
afterEach(() => {
  expect(cloud.faults).toEqual([]);
  cloud.trouble.clear();
  cloud.delayMs = 0;
  cloud.clockOffsetMs = 0;
  cloud.answers.clear();
});
afterAll(() => cloud.close());

type Options = {
  readonly more?: Record<string, string>;
  readonly profileOptions?: readonly string[];
  readonly deadlineMs?: number;
};

async function verify(name: string, { more = {}, profileOptions = [], deadlineMs }: Options = {}) {
  const provider = createGoogle({ endpoint: cloud.url });
  const parsed = provider.parse({ keyFile: keyFileOf(name), ...more }, profileOptions);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runVerification({ provider, ...parsed, profileOptions, deadlineMs });
}

function projectOf(name: GoogleName): Project {
  const project = cloud.directory.projects.find(({ id }) => id === `xoap-${name}`);
  if (!project) throw new Error(`No project of ${name}`);
  return project;
}

const find = ({ findings }: Verification, id: string, group?: string) =>
  findings.find((finding) => finding.requirement === id && (!group || finding.group === group));
const inState = ({ findings }: Verification, state: string) =>
  findings.filter((finding) => finding.state === state).map(({ requirement }) => requirement);
const instanceAdmin = 'roles/compute.instanceAdmin.v1';
const networkUser = 'roles/compute.networkUser';

describe('the documented roles', () => {
  it.each<[string, GoogleName]>([
    ['both', 'complete'],
    ['a custom role of exactly what is tested', 'pinned'],
    ['acting as the account granted on the account alone', 'itself'],
    ['Owner', 'owner'],
  ])('are proven by what they let the account do: %s', async (_what, name) => {
    const more = name === 'itself' ? { instanceServiceAccount: emailOf(name) } : {};
    const verification = await verify(name, { more });

    expect(verification.verdict).toBe('ready');
    // Whoever holds exactly what is tested may not read whether billing is on.
    expect(inState(verification, 'likely')).toEqual(name === 'pinned' ? ['prerequisite:billing'] : []);
    expect(inState(verification, 'granted')).toHaveLength(name === 'pinned' ? 39 : 40);
    expect(verification.identity).toEqual({
      id: emailOf(name),
      kind: 'service-account',
      name: emailOf(name),
    });
    expect(find(verification, 'iam.serviceAccounts.actAs')).toMatchObject({
      group: 'roles/iam.serviceAccountUser',
      scope: `service account ${name === 'itself' ? emailOf(name) : defaultAccountOf(projectOf(name))}`,
    });
    expect(find(verification, 'compute.instances.create')).toMatchObject({
      group: instanceAdmin,
      scope: `project xoap-${name}`,
      method: 'test-permissions',
    });
  });

  it('leave out what no option asks for', async () => {
    const left = inState(await verify('complete'), 'not-applicable');

    expect(left).toContain('storage.buckets.create');
    expect(left).toContain('iap.tunnelInstances.accessViaIAP');
    expect(left).toContain('compute.subnetworks.use');
  });

  it('missing are named with the smallest commands', async () => {
    const verification = await verify('instances');

    expect(verification.verdict).toBe('missing');
    expect(inState(verification, 'missing')).toHaveLength(35);
    // Without a look at Compute Engine it is not known which account builds run as.
    expect(find(verification, 'iam.serviceAccounts.actAs')?.state).toBe('likely');
    const text = verification.remediation
      .map(({ title, format, text: body }) => `# ${title} (${format})\n${body}\n`)
      .join('\n');
    await expect(text).toMatchFileSnapshot('./snippets.txt');
  });

  it('that are optional count with their option', async () => {
    const verification = await verify('complete', { profileOptions: ['iap', 'storage'] });

    expect(verification.verdict).toBe('missing');
    expect(inState(verification, 'missing').sort()).toEqual([
      'iap.tunnelInstances.accessViaIAP',
      'storage.buckets.create',
      'storage.buckets.get',
      'storage.objects.create',
      'storage.objects.delete',
      'storage.objects.get',
      'storage.objects.list',
    ]);
    const [fix] = verification.remediation;
    expect(fix?.text).toContain('--role=roles/storage.admin');
    expect(fix?.text).toContain('--role=roles/iap.tunnelResourceAccessor');
  });
});

describe('a Shared VPC', () => {
  const options = (name: string) => ({
    more: { hostProjectId: hostProjectOf(name) },
    profileOptions: ['shared-vpc'],
  });

  it('is tested on the host project, where the own project’s rights say nothing; a lack there is open', async () => {
    const verification = await verify('shared', options('shared'));

    expect(verification.verdict).toBe('unproven');
    expect(inState(verification, 'inconclusive')).toEqual([
      'compute.subnetworks.use',
      'compute.subnetworks.useExternalIp',
    ]);
    expect(find(verification, 'compute.subnetworks.use', networkUser)?.evidence.text).toContain(
      'A grant on the subnetwork that builds use is enough',
    );
    expect(find(verification, 'compute.subnetworks.use', instanceAdmin)?.state).toBe('not-applicable');
    expect(verification.remediation.map(({ text }) => text.split(' \\')[0])).toEqual([
      'gcloud compute networks subnets add-iam-policy-binding SUBNETWORK',
      `gcloud projects add-iam-policy-binding ${hostProjectOf('shared')}`,
    ]);
  });

  describe('of which the subnetwork is known', () => {
    const subnetwork = 'europe-west3/builds';
    const network = (profileOptions: string[] = ['shared-vpc']) => ({
      more: { hostProjectId: hostProjectOf('shared'), subnetwork },
      profileOptions,
    });
    const host = () => {
      const found = cloud.directory.projects.find(({ id }) => id === hostProjectOf('shared'));
      if (!found) throw new Error('No host project');
      return found;
    };
    afterEach(() => {
      delete host().subnetworks;
    });

    it('is ready with a grant on it alone, and nothing but its own permissions is asked there', async () => {
      const members = [`serviceAccount:${emailOf('shared')}`];
      host().subnetworks = { [subnetwork]: [{ role: networkUser, members }] };
      const verification = await verify('shared', network());

      expect(verification.verdict).toBe('ready');
      expect(find(verification, 'compute.subnetworks.use', networkUser)?.scope).toBe(
        `subnetwork ${subnetwork} of host project ${hostProjectOf('shared')}`,
      );
    });

    it('is missing without, and the fix is the grant on it', async () => {
      host().subnetworks = { [subnetwork]: [] };
      const verification = await verify('shared', network());

      expect(inState(verification, 'missing')).toEqual([
        'compute.subnetworks.use',
        'compute.subnetworks.useExternalIp',
      ]);
      expect(verification.remediation[0]?.text).toBe(
        `gcloud compute networks subnets add-iam-policy-binding builds \\\n  --region=europe-west3 \\\n  --project=${hostProjectOf('shared')} \\\n  --member=serviceAccount:${emailOf('shared')} \\\n  --role=${networkUser} \\\n  --condition=None`,
      );
      expect(JSON.stringify(verification.remediation)).toContain('google_compute_subnetwork_iam_member');
    });

    it('is not asked for an external address where there is none', async () => {
      host().subnetworks = { [subnetwork]: [] };
      const verification = await verify('shared', network(['shared-vpc', 'no-external-ip']));

      expect(inState(verification, 'missing')).toEqual(['compute.subnetworks.use']);
    });

    it('and of which it cannot be found is not told', async () => {
      const verification = await verify('shared', network());

      expect(verification.verdict).toBe('unproven');
      expect(find(verification, 'compute.subnetworks.use', networkUser)?.evidence.text).toContain(
        'was not found, or may not be seen',
      );
    });
  });

  it('whose host project cannot be found is not told', async () => {
    const more = { hostProjectId: 'no-such-project' };
    const verification = await verify('shared', { more, profileOptions: ['shared-vpc'] });

    expect(find(verification, 'compute.subnetworks.use', networkUser)).toMatchObject({
      state: 'inconclusive',
      evidence: {
        text: expect.stringMatching(/^Host project no-such-project was not found, or may not be seen/),
      },
    });
  });

  it('is ready with the role there', async () => {
    expect((await verify('sharedready', options('sharedready'))).verdict).toBe('ready');
  });
});

describe('what Google does not test on a project', () => {
  it('is taken out, and told as such, while the rest is told', async () => {
    const project = projectOf('complete');
    project.untestable = ['compute.addresses.use', 'compute.zones.get'];
    const verification = await verify('complete');
    project.untestable = [];

    expect(verification.verdict).toBe('unproven');
    expect(inState(verification, 'inconclusive').sort()).toEqual([
      'compute.addresses.use',
      'compute.zones.get',
    ]);
    expect(find(verification, 'compute.zones.get')?.evidence.text).toContain('not valid for this resource');
    expect(find(verification, 'compute.instances.create')?.state).toBe('granted');
  });
});

describe('an explanation', () => {
  it('names the deny policies where the role is bound and yet not granted', async () => {
    const verification = await verify('denied');

    expect(inState(verification, 'missing')).toEqual(['compute.instances.create']);
    expect(find(verification, 'compute.instances.create')).toMatchObject({
      layer: 'deny-policy',
      denial: 'explicit',
    });
    expect(find(verification, 'compute.instances.create')?.evidence.text).toContain(
      'the deny policy “No new instances”',
    );
    expect(verification.remediation.map(({ forwardTo }) => forwardTo)).toEqual([
      'whoever keeps the deny policies and the access boundaries of your organisation',
    ]);
  });

  it('shows the condition that a binding hangs on', async () => {
    const verification = await verify('conditional');

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, 'compute.instances.create')?.condition).toContain('resource.name.startsWith');
  });

  it('says that it could not look', async () => {
    expect(find(await verify('instances'), 'compute.instances.create')?.evidence.text).toContain(
      'Role bindings could not be looked at',
    );
  });

  it('mentions Owner in one line, and a key that is old', async () => {
    const { notes, credential } = await verify('owner');

    expect(notes).toEqual([
      expect.stringContaining('This service account is Owner of the project'),
      expect.stringMatching(/^The key was made on 2025-01-01, \d+ days ago\./),
    ]);
    expect(credential).toEqual({ createdOn: '2025-01-01' });
  });
});

describe('an API that answers', () => {
  it.each<[string, unknown]>([
    [
      'billing that is off',
      { error: { code: 403, message: 'Billing', details: [{ reason: 'BILLING_DISABLED' }] } },
    ],
    ['a page of a proxy', '<html>blocked</html>'],
    ['nothing in particular', { error: { code: 403, message: 'Forbidden' } }],
  ])('with %s is not taken for enabled', async (_what, body) => {
    cloud.answers.set('xoap-pinned', [{ status: 403, body }]);

    const verification = await verify('pinned');

    expect(find(verification, 'prerequisite:api/compute.googleapis.com')?.state).toBe('inconclusive');
  });

  it.each<[string, unknown]>([
    [
      'the words of older APIs',
      { error: { code: 403, message: 'x', errors: [{ reason: 'accessNotConfigured' }] } },
    ],
    [
      'a detail that cannot be read beside it',
      {
        error: {
          code: 403,
          details: [
            { metadata: null },
            { reason: 'SERVICE_DISABLED', metadata: { service: 'compute.googleapis.com' } },
          ],
        },
      },
    ],
  ])('that it is off in %s is a finding', async (_what, body) => {
    cloud.answers.set('xoap-pinned', [{ status: 403, body }]);

    expect(find(await verify('pinned'), 'prerequisite:api/compute.googleapis.com')?.state).toBe('missing');
  });
});

describe('an API that is not enabled', () => {
  async function without(name: GoogleName, api: string): Promise<Verification> {
    const project = projectOf(name);
    const real = project.services;
    project.services = real.filter((service) => service !== api);
    const verification = await verify(name);
    project.services = real;
    return verification;
  }

  it.each<[GoogleName]>([['complete'], ['pinned']])('is a finding with its link, for %s', async (name) => {
    const verification = await without(name, 'compute.googleapis.com');

    expect(inState(verification, 'missing')).toEqual(['prerequisite:api/compute.googleapis.com']);
    expect(find(verification, 'prerequisite:api/compute.googleapis.com')?.evidence.text).toContain(
      `https://console.cloud.google.com/apis/library/compute.googleapis.com?project=xoap-${name}`,
    );
    expect(verification.remediation[0]?.text).toMatch(/^gcloud services enable compute\.googleapis\.com/);
  });

  it('keeps permissions from being tested, which is not the same as missing', async () => {
    const verification = await without('complete', 'cloudresourcemanager.googleapis.com');

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, 'compute.instances.create')?.evidence.text).toContain(
      'is not enabled, so permissions cannot be tested',
    );
    expect(find(verification, 'prerequisite:api/cloudresourcemanager.googleapis.com')?.state).toBe('missing');
  });

  it('for IAM leaves acting as the account to what holds on its project', async () => {
    expect(find(await without('complete', 'iam.googleapis.com'), 'iam.serviceAccounts.actAs')?.state).toBe(
      'likely',
    );
    expect(find(await without('itself', 'iam.googleapis.com'), 'iam.serviceAccounts.actAs')?.state).toBe(
      'inconclusive',
    );
  });
});

describe('what bindings tell', () => {
  const condition = { title: 'x', expression: 'request.time < timestamp("2026-12-31T00:00:00Z")' };
  const viewer = 'projects/x/roles/viewer';
  const policyReader = { [viewer]: ['resourcemanager.projects.getIamPolicy'] };

  async function withBindings(
    bindings: Project['bindings'],
    more: Partial<Project> = {},
  ): Promise<Verification> {
    const project = projectOf('complete');
    const real = { ...project };
    Object.assign(project, { bindings, customRoles: policyReader, ...more });
    const verification = await verify('complete');
    Object.assign(project, { denyPolicies: [], ...real });
    return verification;
  }
  const members = [`serviceAccount:${emailOf('complete')}`];
  const denyPolicies = [
    { displayName: 'No new instances', deniedPermissions: ['compute.googleapis.com/instances.create'] },
  ];

  it('takes Owner for bound, so a deny policy is what stands in between', async () => {
    const verification = await withBindings([{ role: 'roles/owner', members }], { denyPolicies });

    expect(find(verification, 'compute.instances.create')).toMatchObject({
      state: 'missing',
      layer: 'deny-policy',
    });
    expect(verification.remediation.map(({ forwardTo }) => forwardTo)).toEqual([
      'whoever keeps the deny policies and the access boundaries of your organisation',
    ]);
  });

  it('leaves open what another role may hold under a condition', async () => {
    const verification = await withBindings([
      { role: viewer, members },
      { role: 'projects/x/roles/builder', members, condition },
    ]);

    expect(find(verification, 'compute.instances.create')).toMatchObject({
      state: 'inconclusive',
      condition: condition.expression,
    });
  });

  it('says that bindings of groups and folders do not show', async () => {
    const verification = await withBindings([
      { role: viewer, members },
      { role: instanceAdmin, members: ['group:builders@example.com'], condition },
      { role: instanceAdmin, members: [`deleted:serviceAccount:${emailOf('complete')}?uid=1`] },
    ]);

    expect(find(verification, 'compute.instances.create')?.state).toBe('missing');
    expect(find(verification, 'compute.instances.create')?.evidence.text).toContain(
      'through groups, folders or the organisation',
    );
  });
});

describe('acting as a service account', () => {
  const actAs = 'iam.serviceAccounts.actAs';

  it('that does not exist is missing, whatever holds on the project', async () => {
    const verification = await verify('complete', {
      more: { instanceServiceAccount: 'typo@xoap-complete.iam.gserviceaccount.com' },
    });

    expect(verification.verdict).toBe('missing');
    expect(find(verification, actAs)?.evidence.text).toContain('There is no service account typo@');
  });

  it('of another project is not told, since more is needed than can be tested', async () => {
    const account = cloud.directory.accounts.find(({ email }) => email === emailOf('itself'));
    const binding = {
      role: 'roles/iam.serviceAccountUser',
      members: [`serviceAccount:${emailOf('complete')}`],
    };
    account?.bindings.push(binding);
    const verification = await verify('complete', { more: { instanceServiceAccount: emailOf('itself') } });
    account?.bindings.pop();

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, actAs)?.evidence.text).toContain(
      'lies in project xoap-itself and is to run machines in xoap-complete',
    );
  });
});

describe('a sign-in that fails', () => {
  it('for a network that is not there says so', async () => {
    const provider = createGoogle({ endpoint: 'http://127.0.0.1:9' });
    const parsed = provider.parse({ keyFile: keyFileOf('complete') });
    if (!parsed.ok) throw new Error('The key was refused');

    const { error } = await runVerification({ provider, ...parsed, profileOptions: [] });

    expect(error?.code).toBe('provider.unreachable');
  });

  it.each<[string, string, RegExp]>([
    ['a deleted key', 'deletedkey', /does not know this key/],
    ['a disabled account', 'disabled', /is disabled/],
    ['an account that is gone', 'nobody', /does not exist any more/],
  ])('for %s says so', async (_what, name, message) => {
    const verification = await verify(name);

    expect(verification).toMatchObject({ verdict: 'failed', calls: 1 });
    expect(verification.error?.code).toBe('provider.sign-in-failed');
    expect(verification.error?.message).toMatch(message);
    expect(JSON.stringify(verification)).not.toContain(demoPrivateKey.split('\n')[1]);
  });

  it('for a wrong clock blames the bot', async () => {
    cloud.clockOffsetMs = -7_200_000;

    expect((await verify('complete')).error).toMatchObject({ code: 'provider.clock-skewed' });
  });

  it('for a project that is not there says that', async () => {
    const { error } = await verify('complete', { more: { projectId: 'no-such-project' } });

    expect(error).toMatchObject({ code: 'provider.target-not-found' });
  });

  it.each(['throttled', 'unavailable', 'truncated'] as const)(
    'for a fault of Google (%s) says so',
    async (trouble) => {
      cloud.trouble.set('token', [trouble]);

      expect((await verify('complete')).error?.code).toBe('provider.unreachable');
    },
  );
});

describe('faults', () => {
  it.each(
    ['testIamPermissions', 'batchGet'].flatMap((what) =>
      (['throttled', 'unavailable', 'truncated'] as const).map((trouble) => [what, trouble] as const),
    ),
  )('in the answer to %s (%s) are inconclusive at worst, never missing', async (what, trouble) => {
    cloud.trouble.set(what, [trouble, trouble]);
    const verification = await verify('complete');

    expect(inState(verification, 'missing')).toEqual([]);
    // Where the list of APIs does not come, Compute Engine itself is asked.
    expect(verification.verdict).toBe(what === 'batchGet' ? 'ready' : 'unproven');
  });

  it('in an explanation change nothing but the explanation', async () => {
    cloud.trouble.set('getIamPolicy', ['unavailable']);
    cloud.trouble.set('denypolicies', ['unavailable']);

    expect(inState(await verify('denied'), 'missing')).toEqual(['compute.instances.create']);
  });

  it('end at the deadline with what was told by then', async () => {
    cloud.trouble.set('batchGet', ['hangs']);
    const verification = await verify('complete', { deadlineMs: 700 });

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, 'compute.instances.create')?.evidence.text).toContain('0.7 s');
  });
});

it('makes at most ten calls, at most four of them one after another', async () => {
  cloud.delayMs = 40;
  for (const { input, profileOptions = [] } of googleScenarios) {
    const { keyFile = '', ...more } = input;
    const before = cloud.calls.length;
    const provider = createGoogle({ endpoint: cloud.url });
    const parsed = provider.parse({ keyFile, ...more }, profileOptions);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { calls } = await runVerification({ provider, ...parsed, profileOptions });
    const made = cloud.calls.slice(before);

    expect(calls).toBe(made.length);
    expect(made.length).toBeLessThanOrEqual(10);
    const depth = (end: number): number =>
      Math.max(0, ...made.filter(({ ended }) => ended <= end).map(({ came }) => 1 + depth(came)));
    expect(depth(Number.POSITIVE_INFINITY)).toBeLessThanOrEqual(4);
    for (const { body } of made) expect(body).not.toContain('PRIVATE KEY');
  }
});
