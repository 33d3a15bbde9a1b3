import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type GoogleCloud, startGoogleCloud } from '../../../simulations/google/cloud.ts';
import {
  demoDirectory,
  demoPublicKey,
  emailOf,
  keyFileOf,
} from '../../../simulations/google/demo-accounts.ts';
import type { Project } from '../../../simulations/google/directory.ts';
import { createGoogle } from '../../../src/providers/google/provider.ts';
import { runVerification } from '../../../src/providers/run-verification.ts';
import type { Verification } from '../../../src/verification/verification.ts';

// Accounts that a simpler rule judges wrongly, each with the verdict that a build would confirm.

const instanceAdmin = 'roles/compute.instanceAdmin.v1';
const serviceAccountUser = 'roles/iam.serviceAccountUser';
const create = 'compute.instances.create';
const actAs = 'iam.serviceAccounts.actAs';
const viewer = 'projects/xoap-complete/roles/viewer';
const members = [`serviceAccount:${emailOf('complete')}`];

let cloud: GoogleCloud;
let untouched: Project;
beforeAll(async () => {
  cloud = await startGoogleCloud(demoDirectory(), demoPublicKey);
  untouched = structuredClone(project());
});
afterEach(() => {
  expect(cloud.faults).toEqual([]);
  cloud.answers.clear();
  const changed = project() as Record<string, unknown>;
  for (const name of Object.keys(changed)) delete changed[name];
  Object.assign(changed, structuredClone(untouched));
});
afterAll(() => cloud.close());

function project(): Project {
  const found = cloud.directory.projects.find(({ id }) => id === 'xoap-complete');
  if (!found) throw new Error('No project');
  return found;
}

async function verify(
  changes: Partial<Project> = {},
  { more = {}, profileOptions = [] as string[] } = {},
): Promise<Verification> {
  Object.assign(project(), changes);
  const provider = createGoogle({ endpoint: cloud.url });
  const parsed = provider.parse({ keyFile: keyFileOf('complete'), ...more }, profileOptions);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runVerification({ provider, ...parsed, profileOptions });
}

const find = ({ findings }: Verification, id: string) =>
  findings.find(({ requirement }) => requirement === id);
const billing = 'prerequisite:billing';

describe('billing (rule 4)', () => {
  it('that is off ends every build', async () => {
    const verification = await verify({ isUnbilled: true });

    expect(verification.verdict).toBe('missing');
    expect(find(verification, billing)).toMatchObject({ state: 'missing', scope: 'project xoap-complete' });
    expect(verification.remediation.map(({ title }) => title)).toEqual(['Enable billing']);
  });

  it('is missing where Compute Engine says so, whatever Cloud Billing says', async () => {
    const error = { code: 403, message: 'Billing', details: [{ reason: 'BILLING_DISABLED' }] };
    cloud.answers.set('xoap-complete', [{ status: 403, body: { error } }]);

    expect(find(await verify(), billing)).toMatchObject({ state: 'missing' });
  });

  it('that cannot be read is said, and counts as likely where Compute Engine answers', async () => {
    const services = project().services.filter((name) => name !== 'cloudbilling.googleapis.com');
    const verification = await verify({ services });

    expect(verification.verdict).toBe('ready');
    expect(find(verification, billing)).toMatchObject({ state: 'likely' });
    expect(find(verification, billing)?.evidence.caveat).toMatch(
      /^Whether billing is enabled could not be read \(the Cloud Billing API is not enabled/,
    );
  });

  it('that nobody answers for is open', async () => {
    const services = project().services.filter((name) => name !== 'cloudbilling.googleapis.com');
    cloud.answers.set('xoap-complete', [{ status: 503, body: {} }]);

    expect(find(await verify({ services }), billing)?.state).toBe('inconclusive');
  });
});

describe('conditional roles (rule 5)', () => {
  const customRoles = { [viewer]: ['resourcemanager.projects.getIamPolicy'] };
  const type = { title: 'no instances', expression: "resource.type != 'compute.googleapis.com/Instance'" };
  const until = (time: string) => ({
    title: 'for a time',
    expression: `request.time < timestamp("${time}")`,
  });
  const under = (condition: { title: string; expression: string }, ...more: Project['bindings']) => ({
    customRoles,
    bindings: [
      { role: instanceAdmin, members, condition },
      { role: serviceAccountUser, members },
      { role: viewer, members },
      ...more,
    ],
  });

  it('that the project’s test calls held stay open, with the words of the condition', async () => {
    const verification = await verify(under(type));

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, create)).toMatchObject({ state: 'inconclusive', condition: type.expression });
    expect(find(verification, create)?.evidence.text).not.toMatch(/every binding/i);
    expect(find(verification, actAs)).toMatchObject({ state: 'granted' });
  });

  it('change nothing where an unconditional one gives the same', async () => {
    expect((await verify(under(type, { role: instanceAdmin, members }))).verdict).toBe('ready');
    expect((await verify(under(type, { role: 'roles/owner', members }))).verdict).toBe('ready');
  });

  it('are not cleared by an unconditional one of something else', async () => {
    const verification = await verify(under(type, { role: 'roles/storage.admin', members }));
    expect(verification.verdict).toBe('unproven');
  });

  it('of something else spoil nothing', async () => {
    const bindings = [...project().bindings, { role: 'roles/storage.admin', members, condition: type }];
    const verification = await verify({ customRoles, bindings: [...bindings, { role: viewer, members }] });

    expect(verification.verdict).toBe('ready');
  });

  it('that are not held stay open, and get no fix', async () => {
    const name = { title: 'builders', expression: 'resource.name.startsWith("projects/x")' };
    const verification = await verify(under(name));

    expect(find(verification, create)).toMatchObject({ state: 'inconclusive', condition: name.expression });
    expect(verification.remediation).toEqual([]);
  });

  it('with an end are held until then, and the day is told', async () => {
    const verification = await verify(under(until('2099-12-31T00:00:00Z')));

    expect(verification.verdict).toBe('ready');
    expect(find(verification, create)?.evidence.caveat).toContain('until 31 Dec 2099 only');
  });

  it('that have ended are expired, and whoever gave them is asked again', async () => {
    const verification = await verify(under(until('2026-01-31T00:00:00Z')));

    expect(find(verification, create)).toMatchObject({ state: 'missing', layer: 'expired-binding' });
    expect(find(verification, create)?.evidence.text).toContain(
      'was bound until 31 Jan 2026 and has expired',
    );
    expect(verification.remediation.map(({ forwardTo }) => forwardTo)).toEqual([
      'whoever gave the role for a time',
    ]);
  });

  it('of another role do not lend their end to the one that gives it', async () => {
    const dated = { role: 'roles/compute.viewer', members, condition: until('2099-12-31T00:00:00Z') };
    const verification = await verify(under(type, dated));

    expect(find(verification, create)).toMatchObject({ state: 'inconclusive', condition: type.expression });
  });

  it('of a role that may not even hold it explain nothing', async () => {
    const viewing = { role: 'roles/compute.viewer', members, condition: until('2026-01-31T00:00:00Z') };
    const bindings = [{ role: serviceAccountUser, members }, { role: viewer, members }, viewing];
    expect(find(await verify({ customRoles, bindings }), create)).toMatchObject({ layer: 'role-binding' });

    const admin = [...bindings, { role: 'roles/compute.admin', members }];
    expect((await verify({ customRoles, bindings: admin })).verdict).toBe('ready');
  });

  it('that have ended are not where a permission comes from that is held', async () => {
    const expired = { role: instanceAdmin, members, condition: until('2026-01-31T00:00:00Z') };
    const verification = await verify({
      customRoles,
      bindings: [...project().bindings, { role: viewer, members }, expired],
    });

    expect(verification.verdict).toBe('ready');
  });

  it('never let anybody act as an account by the name of a resource', async () => {
    const name = { title: 'one', expression: 'resource.name == "projects/x"' };
    const verification = await verify({
      customRoles,
      bindings: [
        { role: instanceAdmin, members },
        { role: serviceAccountUser, members, condition: name },
        { role: viewer, members },
      ],
    });

    expect(find(verification, actAs)).toMatchObject({ state: 'missing', layer: 'role-binding' });
  });
});

describe('the tunnel (rule 18)', () => {
  const tunnel = 'iap.tunnelInstances.accessViaIAP';

  it('is not in Editor, which is no deny policy’s fault', async () => {
    const customRoles = { [viewer]: ['resourcemanager.projects.getIamPolicy'] };
    const bindings = [
      { role: 'roles/editor', members },
      { role: viewer, members },
    ];
    const verification = await verify({ customRoles, bindings }, { profileOptions: ['iap'] });

    expect(verification.findings.filter(({ state }) => state === 'missing')).toEqual([
      expect.objectContaining({ requirement: tunnel, layer: 'role-binding' }),
    ]);
    expect(verification.remediation[0]?.text).toContain('--role=roles/iap.tunnelResourceAccessor');
    expect(verification.remediation.map(({ text }) => text).join()).toContain('Deny policies and principal');
  });
});

describe('Editor and Cloud Storage', () => {
  it('lacks what builds do with objects, which is no deny policy’s fault', async () => {
    const customRoles = { [viewer]: ['resourcemanager.projects.getIamPolicy'] };
    const bindings = [
      { role: 'roles/editor', members },
      { role: viewer, members },
    ];
    const { findings } = await verify({ customRoles, bindings }, { profileOptions: ['storage'] });

    const missing = findings.filter(({ state }) => state === 'missing');
    expect(missing.map(({ requirement }) => requirement)).toContain('storage.objects.create');
    expect(new Set(missing.map(({ layer }) => layer))).toEqual(new Set(['role-binding']));
  });
});

describe('accounts and projects (rule 25)', () => {
  it('builds run as the default account of Compute Engine', async () => {
    expect(find(await verify(), actAs)?.scope).toMatch(/^service account \d+-compute@developer/);
  });

  it('builds that are told nothing else cannot run where the project has no default account, so that is not ready', async () => {
    const project = { hasNoDefaultAccount: true, bindings: [{ role: instanceAdmin, members }] };
    const without = await verify(project);
    expect(without.verdict).toBe('unproven');
    expect(find(without, actAs)).toMatchObject({
      state: 'inconclusive',
      evidence: { text: expect.stringContaining('has no default service account') },
    });

    const chosen = await verify(project, { profileOptions: ['no-service-account'] });
    expect(chosen.verdict).toBe('ready');
  });

  it('builds need no account where the option says so', async () => {
    const chosen = await verify(
      { hasNoDefaultAccount: false, bindings: [{ role: instanceAdmin, members }] },
      { profileOptions: ['no-service-account'] },
    );
    expect(chosen.verdict).toBe('ready');
    expect(find(chosen, actAs)?.state).toBe('not-applicable');
  });

  it('an account is asked for in its own project, so that one that is not there is told from one unseen', async () => {
    const typo = await verify(
      {},
      { more: { instanceServiceAccount: 'typo@xoap-complete.iam.gserviceaccount.com' } },
    );
    expect(find(typo, actAs)).toMatchObject({ state: 'missing' });

    const unseen = await verify(
      {},
      { more: { instanceServiceAccount: '1-compute@developer.gserviceaccount.com' } },
    );
    expect(find(unseen, actAs)).toMatchObject({ state: 'inconclusive' });
    expect(find(unseen, actAs)?.evidence.text).toContain('was not found, or may not be seen');
  });

  it('a service perimeter proves nothing about builds, and its identifier is kept', async () => {
    const verification = await verify({ perimeter: 'aB3-perimeter-id' });

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, create)?.evidence).toMatchObject({
      code: 'VPC_SERVICE_CONTROLS',
      text: expect.stringContaining('aB3-perimeter-id'),
    });
  });
});
