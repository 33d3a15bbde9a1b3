import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type AzureCloud, startAzureCloud, type Trouble } from '../../../simulations/azure/cloud.ts';
import {
  azureCredential,
  type DemoName,
  demoDirectory,
  objectIdOf,
  tenantId,
} from '../../../simulations/azure/demo-accounts.ts';
import { type DenyAssignment, roleId, type Subscription } from '../../../simulations/azure/directory.ts';
import { trustLoopback } from '../../../simulations/tls.ts';
import { createAzure } from '../../../src/providers/azure/provider.ts';
import { runVerification } from '../../../src/providers/run-verification.ts';
import type { Verification } from '../../../src/verification/verification.ts';

let cloud: AzureCloud;
beforeAll(async () => {
  await trustLoopback();
  cloud = await startAzureCloud(demoDirectory());
});
afterEach(() => {
  expect(cloud.faults).toEqual([]);
  cloud.trouble.clear();
  cloud.delayMs = 0;
});
afterAll(() => cloud.close());

type Options = { readonly more?: Record<string, string>; readonly deadlineMs?: number };

async function verify(name: DemoName, { more = {}, deadlineMs }: Options = {}): Promise<Verification> {
  const provider = createAzure({ authorityHost: cloud.url, resourceManager: cloud.url });
  const parsed = provider.parse(azureCredential(name, more));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runVerification({ provider, ...parsed, profileOptions: [], deadlineMs });
}

const states = ({ findings }: Verification) => {
  const counted = findings.filter(({ level }) => level !== 'optional').map(({ state }) => state);
  return Object.fromEntries(
    [...new Set(counted)].map((state) => [state, counted.filter((one) => one === state).length]),
  );
};
const find = ({ findings }: Verification, id: string) =>
  findings.find(({ requirement }) => requirement === id);
const role = (verification: Verification) => find(verification, 'role:Contributor');

/** The simulated subscription of a name, for a test to change; put back by the next `beforeEach`. */
function subscriptionOf(name: DemoName): Subscription {
  const { subscriptionId } = azureCredential(name);
  const found = cloud.directory.subscriptions.find(({ id }) => id === subscriptionId);
  if (!found) throw new Error(`No subscription of ${name}`);
  return found;
}

async function withDenial(denial: Partial<DenyAssignment>): Promise<Verification> {
  const subscription = subscriptionOf('contributor');
  subscription.denials = [
    {
      name: 'Test',
      scope: `/subscriptions/${subscription.id}`,
      actions: ['Microsoft.Compute/images/*'],
      principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
      ...denial,
    },
  ];
  try {
    return await verify('contributor');
  } finally {
    subscription.denials = [];
  }
}

describe('the documented role', () => {
  it.each<[DemoName, RegExp]>([
    ['contributor', /^Assigned: Contributor on the subscription\.$/],
    ['owner', /^Assigned: Owner on the subscription\.$/],
    ['inherited', /Contributor on management group root, and inherited from there/],
    [
      'equivalent',
      /^Not Contributor by name, but a role with the same rights: Image builder on the subscription/,
    ],
    ['cancelling', /^Not Contributor by name, but with the same rights together: All but Compute/],
  ])('is granted to %s', async (name, text) => {
    const verification = await verify(name);

    expect(verification.verdict).toBe('ready');
    expect(states(verification)).toEqual({ granted: 47 });
    expect(role(verification)?.evidence.text).toMatch(text);
    expect(verification.identity).toEqual({
      id: objectIdOf(name),
      kind: 'service-principal',
      name: azureCredential(name).clientId,
    });
    expect(verification.target).toEqual({
      subscription: azureCredential(name).subscriptionId,
      name: `Example ${name}`,
    });
  });

  it('is missing for a Reader, with the operations that it lacks and the smallest command', async () => {
    const verification = await verify('reader');

    expect(verification.verdict).toBe('missing');
    expect(role(verification)?.evidence.text).toContain('It holds Reader on the subscription.');
    for (const { requirement, state } of verification.findings.filter(({ requirement: id }) =>
      id.startsWith('Microsoft.'),
    ))
      expect([requirement, state]).toEqual([
        requirement,
        requirement.endsWith('/read') ? 'granted' : 'missing',
      ]);
    expect(verification.remediation[0]?.text).toBe(
      `az role assignment create \\\n  --assignee-object-id ${objectIdOf('reader')} \\\n  --assignee-principal-type ServicePrincipal \\\n  --role Contributor \\\n  --scope /subscriptions/${azureCredential('reader').subscriptionId}`,
    );
  });

  it.each<[DemoName, RegExp]>([
    ['resourceGroup', /sees resource group images: its role was assigned on a resource group only/],
    ['readerWithResourceGroup', /^Contributor on resource group images only\./],
  ])('is missing where it stands on a resource group: %s', async (name, text) => {
    const verification = await verify(name);

    expect(verification.verdict).toBe('missing');
    expect(role(verification)).toMatchObject({ state: 'missing', layer: 'role-assignment' });
    expect(role(verification)?.evidence.text).toMatch(text);
  });

  it('names the smaller role on the subscription beside the one on a resource group', async () => {
    const { holds } = role(await verify('readerWithResourceGroup')) ?? {};

    expect(holds).toEqual(['Reader', 'Contributor on resource group images']);
  });

  it('is granted under a condition that is about something else', async () => {
    const verification = await verify('delegating');

    expect(verification.verdict).toBe('ready');
    expect(role(verification)?.evidence.text).toBe(
      'Assigned: Owner on the subscription. The condition is about Microsoft.Authorization/roleAssignments/write and Microsoft.Authorization/roleAssignments/delete only.',
    );
  });

  it('is judged by its condition where that is about one step of a build', async () => {
    const subscription = subscriptionOf('conditional');
    const [assigned] = subscription.assignments;
    if (!assigned) throw new Error('Nothing is assigned');
    const condition = `!(ActionMatches{'Microsoft.Compute/images/*'}) OR (@Request[a:b] StringEquals 'x')`;
    subscription.assignments = [{ ...assigned, condition }];
    const verification = await verify('conditional');
    subscription.assignments = [assigned];

    expect(verification.verdict).toBe('unproven');
    const untold = verification.findings.filter(({ state }) => state === 'inconclusive');
    expect(untold.map(({ requirement }) => requirement)).toEqual([
      'role:Contributor',
      'Microsoft.Compute/images/read',
      'Microsoft.Compute/images/write',
    ]);
    expect(untold.map((finding) => finding.condition)).toEqual([condition, condition, condition]);
  });

  it('is found in the last of many roles', async () => {
    const subscription = subscriptionOf('reader');
    const own = { scope: `/subscriptions/${subscription.id}`, principalId: objectIdOf('reader') };
    const parts = [
      'Compute/*',
      'Network/*',
      'KeyVault/*',
      'Resources/*',
      'Storage/*',
      'Web/*',
      'Sql/*',
      'Cdn/*',
    ];
    const real = [...subscription.assignments];
    subscription.customRoles = [...parts.map((part) => `Microsoft.${part}`), '*'].map((pattern, index) => ({
      id: `d0000000-0000-4000-8000-0000000001${String(index).padStart(2, '0')}`,
      name: `Part ${index}`,
      permissions: [{ actions: [pattern] }],
    }));
    subscription.assignments.push(...subscription.customRoles.map(({ id }) => ({ ...own, roleId: id })));
    const verification = await verify('reader');
    subscription.assignments = real;
    subscription.customRoles = [];

    expect(role(verification)).toMatchObject({ state: 'granted' });
    expect(role(verification)?.evidence.text).toBe(
      'Not Contributor by name, but a role with the same rights: Part 8 on the subscription.',
    );
  });

  it('is told apart from what builds are known to use', async () => {
    const subscription = subscriptionOf('reader');
    const own = { scope: `/subscriptions/${subscription.id}`, principalId: objectIdOf('reader') };
    const actions = [
      'Microsoft.Compute/*',
      'Microsoft.Network/*',
      'Microsoft.KeyVault/*',
      'Microsoft.Resources/*',
    ];
    const custom = { id: 'd0000000-0000-4000-8000-000000000009', name: 'Packer', permissions: [{ actions }] };
    subscription.customRoles = [custom];
    subscription.assignments.push({ ...own, roleId: custom.id });
    const verification = await verify('reader');
    subscription.assignments.pop();

    expect(verification.verdict).toBe('missing');
    expect(states(verification)).toEqual({ missing: 1, granted: 46 });
    expect(role(verification)).toMatchObject({ formal: true });
    expect(role(verification)?.evidence.text).toMatch(
      /holds Reader on the subscription, Packer on the subscription\. Every operation/,
    );
  });

  it('is not taken for granted under a condition', async () => {
    const verification = await verify('conditional');

    expect(verification.verdict).toBe('unproven');
    expect(states(verification)).toEqual({ granted: 5, inconclusive: 42 });
    expect(role(verification)?.condition).toContain('StringEquals');
  });

  it('that was assigned a moment ago is a contradiction, no verdict', async () => {
    cloud.trouble.set('permissions', []);
    const subscription = subscriptionOf('reader');
    const assigned = {
      scope: `/subscriptions/${subscription.id}`,
      principalId: objectIdOf('reader'),
      roleId: roleId('Contributor'),
    };
    const real = [...subscription.assignments];
    // The list of assignments knows it already, the evaluation does not: as the cloud sees it, the role is empty.
    subscription.assignments.push({ ...assigned, scope: `${assigned.scope}/` });
    const verification = await verify('reader');
    subscription.assignments = real;

    expect(verification.verdict).toBe('unproven');
    expect(role(verification)).toMatchObject({ state: 'inconclusive', conflict: true });
    expect(role(verification)?.evidence.text).toContain('verify again in 5 minutes');
  });

  it('that may not be looked at says nothing of single operations, and still names the resource group', async () => {
    cloud.trouble.set('permissions', ['forbidden']);
    const verification = await verify('resourceGroup');

    expect(role(verification)).toMatchObject({ state: 'missing', evidence: { code: 'AuthorizationFailed' } });
    expect(role(verification)?.evidence.text).toContain('may have been assigned on a resource group only');
    expect(find(verification, 'Microsoft.Compute/images/write')?.state).toBe('inconclusive');
  });

  it('says both causes where Azure shows no subscription', async () => {
    const verification = await verify('nothing');

    expect(verification.verdict).toBe('missing');
    expect(role(verification)?.evidence).toMatchObject({ code: 'SubscriptionNotFound' });
    expect(role(verification)?.evidence.text).toMatch(/Either the id is wrong, or the principal has no role/);
    expect(verification.remediation[0]?.text).toMatch(/^az account show/);
    expect(find(verification, 'prerequisite:subscription-enabled')?.state).toBe('inconclusive');
  });

  it('mentions rights to give roles away in one line', async () => {
    const { notes } = await verify('owner');

    expect(notes).toEqual([expect.stringContaining('may also give roles away (Owner)')]);
    expect((await verify('contributor')).notes).toEqual([]);
  });
});

describe('a conditional Contributor', () => {
  async function beside(role: string, names: Record<string, string> = {}): Promise<Verification> {
    const subscription = subscriptionOf('conditional');
    const real = [...subscription.assignments];
    const own = { scope: `/subscriptions/${subscription.id}`, principalId: objectIdOf('conditional') };
    subscription.assignments.push({ ...own, roleId: role });
    subscription.customRoles = Object.entries(names).map(([id, name]) => ({
      id,
      name,
      permissions: [{ actions: ['Microsoft.Billing/*/read'] }],
    }));
    const verification = await verify('conditional');
    subscription.assignments = real;
    return verification;
  }
  const unknown = 'd0000000-0000-4000-8000-000000000055';

  it('is not cleared by Reader beside it', async () => {
    const verification = await beside(roleId('Reader'));

    expect(verification.verdict).toBe('unproven');
    expect(role(verification)?.condition).toBeDefined();
    expect(find(verification, 'Microsoft.Compute/images/read')?.state).toBe('granted');
    expect(find(verification, 'Microsoft.Compute/images/write')?.condition).toBeDefined();
  });

  it('is not cleared by a role whose content could not be read', async () => {
    cloud.trouble.set(unknown, ['unavailable']);
    const verification = await beside(unknown, { [unknown]: 'Billing reader' });

    expect(verification.verdict).toBe('unproven');
    expect(states(verification).missing).toBeUndefined();
  });

  it('is cleared by Contributor without a condition, which is not offered: it would undo what was narrowed', async () => {
    const { remediation } = await verify('conditional');
    expect(remediation).toEqual([]);

    expect((await beside(roleId('Contributor'))).verdict).toBe('ready');
  });
});

describe('deny assignments', () => {
  it('forbid by name, and no role is offered against them', async () => {
    const verification = await verify('denied');

    expect(verification.verdict).toBe('missing');
    expect(role(verification)?.state).toBe('granted');
    expect(find(verification, 'Microsoft.Network/virtualNetworks/write')).toMatchObject({
      state: 'missing',
      layer: 'deny-assignment',
      denial: 'explicit',
    });
    expect(verification.remediation.map(({ forwardTo }) => forwardTo)).toEqual([
      'whoever deployed what it protects, or an Owner of the subscription',
    ]);
    expect(verification.remediation[0]?.text).toContain('By what: the deny assignment “');
  });

  const group = { id: 'b0000000-0000-4000-8000-000000000077', type: 'Group' };
  const me = { id: objectIdOf('contributor'), type: 'ServicePrincipal' };
  const other = { id: objectIdOf('reader'), type: 'ServicePrincipal' };
  it.each<[string, Partial<DenyAssignment>, string]>([
    ['everybody', {}, 'missing'],
    ['this principal', { principals: [me] }, 'missing'],
    ['another principal', { principals: [other] }, 'granted'],
    ['everybody but this principal', { excludePrincipals: [me] }, 'granted'],
    ['a group that cannot be looked into', { principals: [group] }, 'inconclusive'],
    ['everybody but a group', { excludePrincipals: [group] }, 'inconclusive'],
    ['everybody under a condition', { condition: 'x' }, 'inconclusive'],
    ['the subscription itself, not what is in it', { doNotApplyToChildScopes: true }, 'granted'],
    ['other operations', { actions: ['Microsoft.Storage/*'] }, 'granted'],
    ['all but this operation', { actions: ['*'], notActions: ['*/images/*', '*/read'] }, 'granted'],
    ['one resource group', { scope: '/subscriptions/x/resourceGroups/y' }, 'granted'],
  ])('for %s', async (_what, denial, state) => {
    const verification = await withDenial(denial);

    expect(find(verification, 'Microsoft.Compute/images/write')?.state).toBe(state);
  });
});

describe('prerequisites', () => {
  it.each([
    ['Enabled', 'granted'],
    ['PastDue', 'granted'],
    ['Warned', 'missing'],
    ['Disabled', 'missing'],
    ['Deleted', 'missing'],
    ['Suspicious', 'inconclusive'],
  ])('a subscription that is %s is %s', async (state, expected) => {
    const subscription = subscriptionOf('disabled');
    subscription.state = state;
    const verification = await verify('disabled');

    expect(find(verification, 'prerequisite:subscription-enabled')).toMatchObject({ state: expected });
  });

  it.each([
    ['Registered', 'granted'],
    ['Registering', 'inconclusive'],
    ['NotRegistered', 'missing'],
  ])('a resource provider that is %s is %s', async (registration, expected) => {
    const subscription = subscriptionOf('unregistered');
    subscription.providers['Microsoft.KeyVault'] = registration;
    const verification = await verify('unregistered');

    expect(find(verification, 'prerequisite:provider/Microsoft.KeyVault')?.state).toBe(expected);
    const commands = verification.remediation.map(({ text }) => text).join('');
    expect(commands.includes('az provider register --namespace Microsoft.KeyVault')).toBe(
      expected === 'missing',
    );
  });
});

describe('locks', () => {
  type Lock = NonNullable<Subscription['locks']>[number];
  const whole = (level: string, name = 'baseline'): Lock => ({ inside: '', name, level });
  const group = (level: string): Lock => ({ inside: '/resourceGroups/images', name: 'keep', level });

  async function withLocks(locks: Lock[]) {
    const subscription = subscriptionOf('contributor');
    subscription.locks = locks;
    const verification = await verify('contributor');
    subscription.locks = [];
    return { verification, lock: find(verification, 'prerequisite:no-lock') };
  }

  it('against every change stop builds, and removing one is not ours to advise', async () => {
    const { verification, lock } = await withLocks([whole('ReadOnly'), whole('CanNotDelete', 'other')]);

    expect(verification.verdict).toBe('missing');
    expect(lock?.evidence.text).toBe(
      'The lock “baseline” (ReadOnly) on the subscription stops every build: nothing in the subscription can be created or changed.',
    );
    expect(verification.remediation).toEqual([
      expect.objectContaining({
        forwardTo: 'whoever set the lock, or an Owner or User Access Administrator of the subscription',
        note: expect.stringContaining('only Owner and User Access Administrator can remove it'),
      }),
    ]);
  });

  it('against deletion let a build finish, and what stays is told', async () => {
    const { verification, lock } = await withLocks([whole('CanNotDelete')]);

    expect(verification.verdict).toBe('ready');
    expect(lock?.evidence.caveat).toContain('its machine, disk and address stay and cost money');
  });

  it('of groups and resources are mentioned, from every page, and stop nothing', async () => {
    const inside = '/resourceGroups/net/providers/Microsoft.Network/virtualNetworks/main';
    const { verification, lock } = await withLocks([
      group('CanNotDelete'),
      { inside, name: 'net', level: 'CanNotDelete' },
      group('ReadOnly'),
      group('CanNotDelete'),
    ]);

    expect(verification.verdict).toBe('ready');
    expect(lock?.evidence.caveat).toBe(
      'Locked inside of the subscription: “keep” (ReadOnly) on resource group images, “keep” (CanNotDelete) on resource group images, “net” (CanNotDelete) on a resource in resource group net and 1 more. A build that is told to use what is locked against changes fails there; what is locked against deletion it cannot clean up.',
    );
  });

  it('of a level that is not known prove nothing', async () => {
    expect((await withLocks([whole('NotSpecified')])).verification.verdict).toBe('unproven');
  });

  it.each<[Trouble, RegExp]>([
    ['forbidden', /may not be read .* \(Microsoft\.Authorization\/locks\/read\)/],
    ['throttled', /429/],
    ['unavailable', /503/],
    ['nonsense', /could not be read/],
  ])('that cannot be read (%s) are said to be unseen', async (trouble, text) => {
    cloud.trouble.set('locks', [trouble]);
    const { verification, lock } = await withLocks([whole('ReadOnly')]);

    expect(verification.verdict).toBe('unproven');
    expect(lock?.evidence.text).toMatch(text);
  });
});

describe('a sign-in that fails', () => {
  it.each<[string, DemoName, Record<string, string>, RegExp]>([
    [
      'a wrong secret',
      'contributor',
      { clientSecret: 'wrong~'.padEnd(40, 'x') },
      /does not accept the client secret \(AADSTS7000215\)/,
    ],
    ['an expired secret', 'expired', {}, /The client secret has expired/],
    ['a disabled application', 'disabledApplication', {}, /application is disabled/],
    ['Conditional Access', 'blocked', {}, /Conditional Access/],
    [
      'an unknown client',
      'contributor',
      { clientId: tenantId },
      /does not know the client id in this tenant/,
    ],
    [
      'an unknown tenant',
      'contributor',
      { tenantId: 'a0000000-0000-4000-8000-000000000009' },
      /does not know the tenant id/,
    ],
    [
      'another tenant',
      'contributor',
      { tenantId: 'a0000000-0000-4000-8000-000000000002' },
      /belongs to another tenant/,
    ],
  ])('for %s says so', async (_what, name, more, message) => {
    const verification = await verify(name, { more });

    expect(verification.verdict).toBe('failed');
    expect(verification.error?.code).toBe('provider.sign-in-failed');
    expect(verification.error?.message).toMatch(message);
    expect(verification.error?.hint).toMatch(/\.$/);
    expect(JSON.stringify(verification)).not.toContain(azureCredential(name, more).clientSecret);
  });

  it('for an expired secret offers the command for a new one', async () => {
    const { remediation } = await verify('expired');

    expect(remediation[0]?.text).toContain(
      `az ad app credential reset \\\n  --id ${azureCredential('expired').clientId} \\\n  --append`,
    );
  });

  it('is tried once only', async () => {
    const before = cloud.calls.length;
    await verify('contributor', { more: { clientSecret: 'wrong~'.padEnd(40, 'x') } });

    expect(cloud.calls.length - before).toBe(1);
  });
});

describe('faults', () => {
  const questions = ['permissions', 'roleassignments', 'denyassignments', 'subscription', 'providers'];
  const troubles = ['throttled', 'unavailable', 'truncated', 'nonsense'] as const;

  it.each(questions.flatMap((what) => troubles.map((trouble) => [what, trouble] as const)))(
    'in the answer to %s (%s) are inconclusive at worst, never missing',
    async (what, trouble) => {
      cloud.trouble.set(what, [trouble]);
      const verification = await verify('contributor');

      expect(verification.verdict).toBe('unproven');
      expect(states(verification).missing).toBeUndefined();
      const untold = verification.findings.filter(({ state }) => state === 'inconclusive');
      for (const { evidence } of untold) expect(evidence.text).toMatch(/429|503|could not be read/);
    },
  );

  it.each(['throttled', 'unavailable', 'truncated'] as const)(
    'of Entra ID (%s) are told as such',
    async (trouble) => {
      cloud.trouble.set('token', [trouble]);
      const verification = await verify('contributor');

      expect(verification.verdict).toBe('failed');
      expect(verification.error?.code).toBe('provider.unreachable');
    },
  );

  it('end at the deadline with what was told by then', async () => {
    cloud.trouble.set('providers', ['hangs']);
    const verification = await verify('contributor', { deadlineMs: 1_500 });

    expect(verification.verdict).toBe('unproven');
    expect(role(verification)?.state).toBe('granted');
    expect(find(verification, 'prerequisite:provider/Microsoft.Compute')?.evidence.text).toContain('1.5 s');
  });

  it('of the network are told as such', async () => {
    const provider = createAzure({
      authorityHost: 'https://localhost:1',
      resourceManager: 'https://localhost:1',
    });
    const parsed = provider.parse(azureCredential('contributor'));
    if (!parsed.ok) throw new Error('The credential was refused');
    const verification = await runVerification({ provider, ...parsed, profileOptions: [] });

    expect(verification.error?.code).toBe('provider.unreachable');
  });
});

describe('the calls', () => {
  it('are at most nine, at most three of them one after another', async () => {
    cloud.delayMs = 60;
    for (const name of ['contributor', 'equivalent', 'reader', 'resourceGroup'] as const) {
      const before = cloud.calls.length;
      const { calls } = await verify(name);
      const made = cloud.calls.slice(before);

      expect(calls).toBe(made.length);
      expect(made.length).toBeLessThanOrEqual(9);
      expect(longestChain(made)).toBeLessThanOrEqual(3);
      for (const { agent } of made) expect(agent).toContain('xoap-chatops');
    }
  });

  function longestChain(calls: AzureCloud['calls']): number {
    const depth = (end: number): number =>
      Math.max(0, ...calls.filter(({ ended }) => ended <= end).map(({ came }) => 1 + depth(came)));
    return depth(Number.POSITIVE_INFINITY);
  }

  it('reads every page of a list', async () => {
    const subscription = subscriptionOf('contributor');
    const inside = [1, 2, 3, 4].map((number) => ({
      scope: `/subscriptions/${subscription.id}/resourceGroups/group${number}`,
      principalId: objectIdOf('contributor'),
      roleId: roleId('Reader'),
    }));
    subscription.assignments.unshift(...inside);
    const verification = await verify('contributor');
    subscription.assignments.splice(0, inside.length);

    expect(role(verification)?.evidence.text).toBe('Assigned: Contributor on the subscription.');
  });
});

it('verifies a credential whose day of expiry has passed, which Azure alone can judge', async () => {
  const provider = createAzure({ authorityHost: cloud.url, resourceManager: cloud.url });
  const credential = { ...azureCredential('contributor'), cloud: 'public', secretExpiresOn: '2020-01-01' };
  const { verdict, notes } = await runVerification({ provider, credential, target: {}, profileOptions: [] });

  expect(verdict).toBe('ready');
  expect(notes).toEqual([expect.stringContaining('The client secret expired on 2020-01-01')]);
});

it('reminds of a secret that expires soon', async () => {
  const soon = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
  const { notes } = await verify('contributor', { more: { secretExpiresOn: soon } });

  expect(notes).toEqual([`The client secret expires on ${soon}, as entered with the connection.`]);
});

it('knows no day for a secret that has expired before the day that was entered', async () => {
  const day = new Date(Date.now() + 100 * 86_400_000).toISOString().slice(0, 10);
  const dates = async (name: 'expired' | 'contributor') =>
    (await verify(name, { more: { secretExpiresOn: day } })).credential;

  expect(await dates('expired')).toEqual({});
  expect(await dates('contributor')).toEqual({ expiresOn: day });
});

describe('a token', () => {
  let stranger: AzureCloud;
  beforeAll(async () => {
    stranger = await startAzureCloud(demoDirectory());
  });
  afterAll(() => stranger.close());

  const lists = ['permissions', 'roleassignments', 'denyassignments', 'locks', 'providers'];
  it.each(lists.flatMap((what) => [[what, 'nextLink'] as const, [what, 'location'] as const]))(
    'does not go to the address that the answer to %s names as its %s',
    async (what, where) => {
      cloud.trouble.set(what, [{ [where]: `${stranger.url}/subscriptions/x/${what}` }]);
      const verification = await verify('contributor');

      expect(stranger.calls).toEqual([]);
      expect(verification.verdict).toBe('unproven');
      const untold = verification.findings.filter(({ state }) => state === 'inconclusive');
      expect(untold).not.toEqual([]);
    },
  );

  it('is kept, and the thread says why', async () => {
    cloud.trouble.set('permissions', [{ nextLink: 'https://elsewhere.example.com/page' }]);

    expect(role(await verify('contributor'))?.evidence.text).toContain(
      'goes on at elsewhere.example.com, which is not Azure Resource Manager',
    );
  });
});
