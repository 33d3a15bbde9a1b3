import { describe, expect, it } from 'vitest';
import type { BillingInfo, ComputeProject, GoogleAnswer } from '../../../src/providers/google/answers.ts';
import { readBilling } from '../../../src/providers/google/billing.ts';
import { type Binding, endOf, grantingBindings, holds } from '../../../src/providers/google/bindings.ts';
import { homeOf } from '../../../src/providers/google/home.ts';

const create = 'compute.instances.create';
const instanceAdmin = 'roles/compute.instanceAdmin.v1';

describe('what a role holds', () => {
  it.each<[string, string, string, 'yes' | 'no' | 'maybe']>([
    [instanceAdmin, create, instanceAdmin, 'yes'],
    ['roles/owner', create, instanceAdmin, 'yes'],
    ['roles/owner', 'iap.tunnelInstances.accessViaIAP', 'roles/iap.tunnelResourceAccessor', 'yes'],
    ['roles/editor', create, instanceAdmin, 'yes'],
    ['roles/editor', 'iap.tunnelInstances.accessViaIAP', 'roles/iap.tunnelResourceAccessor', 'no'],
    ['roles/editor', 'storage.objects.create', 'roles/storage.admin', 'no'],
    ['roles/editor', 'storage.buckets.get', 'roles/storage.admin', 'no'],
    ['roles/editor', 'storage.buckets.getIamPolicy', 'roles/storage.admin', 'maybe'],
    ['roles/compute.admin', create, instanceAdmin, 'yes'],
    ['roles/compute.admin', 'iam.serviceAccounts.actAs', 'roles/iam.serviceAccountUser', 'no'],
    ['roles/viewer', create, instanceAdmin, 'no'],
    ['roles/viewer', 'compute.zones.get', instanceAdmin, 'maybe'],
    ['roles/viewer', 'storage.objects.list', 'roles/storage.admin', 'maybe'],
    ['roles/compute.viewer', create, instanceAdmin, 'no'],
    ['roles/compute.viewer', 'compute.images.getFromFamily', instanceAdmin, 'maybe'],
    ['roles/compute.networkUser', create, instanceAdmin, 'maybe'],
    ['roles/storage.admin', create, instanceAdmin, 'no'],
    ['roles/container.serviceAgent', create, instanceAdmin, 'maybe'],
    ['projects/p/roles/builder', create, instanceAdmin, 'maybe'],
    ['organizations/1/roles/viewer', create, instanceAdmin, 'maybe'],
    // Made up, each one word away from what a rule names.
    ['roles/viewer', 'compute.listeners.create', instanceAdmin, 'no'],
    ['roles/compute.viewerOfMore', create, instanceAdmin, 'maybe'],
    ['roles/dns.serviceAgentEditor', create, instanceAdmin, 'no'],
  ])('%s and %s', (role, permission, documented, expected) => {
    expect(holds(role, { permission, role: documented })).toBe(expected);
  });
});

describe('the end of a grant', () => {
  const day = '2026-12-31T00:00:00Z';
  it.each<[string, string | undefined]>([
    [`request.time < timestamp("${day}")`, day],
    [`request.time <= timestamp('${day}')`, day],
    [`  request.time<timestamp( "${day}" )  `, day],
    [`request.time < timestamp("${day}") && resource.name == "x"`, undefined],
    [`resource.name == "x" || request.time < timestamp("${day}")`, undefined],
    [`request.time > timestamp("${day}")`, undefined],
    [`request.time < timestamp("${day}')`, undefined],
    ['request.time < timestamp("never")', undefined],
    ['request.time.getHours("Europe/Berlin") < 18', undefined],
  ])('%s', (expression, expected) => {
    expect(endOf(expression)).toEqual(expected && new Date(expected));
  });
});

describe('the bindings that give a permission', () => {
  const member = 'serviceAccount:me@example.com';
  const condition = (expression: string) => ({ expression });
  const binding = (role: string, more: Partial<Binding> = {}): Binding => ({
    role,
    members: [member],
    ...more,
  });
  const granting = (permission: string, ...bindings: Binding[]) =>
    grantingBindings(
      { member, policy: { bindings }, denyPolicies: undefined },
      { permission, role: permission === create ? instanceAdmin : 'roles/iam.serviceAccountUser' },
    );

  it('are those of the caller alone', () => {
    const others = binding(instanceAdmin, {
      members: ['group:builders@example.com', `deleted:${member}?uid=1`],
    });

    expect(granting(create, others)).toEqual({ free: [], conditional: [] });
    expect(
      grantingBindings(
        { member, policy: undefined, denyPolicies: [] },
        { permission: create, role: instanceAdmin },
      ),
    ).toEqual({
      free: [],
      conditional: [],
    });
  });

  it('are free where they are known to give it, and have no condition', () => {
    const { free, conditional } = granting(
      create,
      binding(instanceAdmin),
      binding('projects/p/roles/x'),
      binding('roles/viewer'),
    );

    expect(free.map(({ role }) => role)).toEqual([instanceAdmin]);
    expect(conditional).toEqual([]);
  });

  it('under a condition come with those first that are known to give it', () => {
    const under = { condition: condition('resource.type != "x"') };
    const { free, conditional } = granting(
      create,
      binding('projects/p/roles/x', under),
      binding('roles/storage.admin', under),
      binding(instanceAdmin, under),
    );

    expect(free).toEqual([]);
    expect(conditional.map(({ role, isKnown }) => [role, isKnown])).toEqual([
      [instanceAdmin, true],
      ['projects/p/roles/x', false],
    ]);
  });

  it.each([
    ['resource.name == "x"', 0],
    ['resource.type == "x"', 0],
    ['resource.service == "x"', 0],
    ['request.time < timestamp("2099-01-01T00:00:00Z")', 1],
    ['resources.name == "x"', 1],
  ])('to act as an account do not hold under %s: %i', (expression, count) => {
    const one = binding('roles/iam.serviceAccountUser', { condition: condition(expression) });
    expect(granting('iam.serviceAccounts.actAs', one).conditional).toHaveLength(count);
    expect(
      granting(create, binding(instanceAdmin, { condition: condition(expression) })).conditional,
    ).toHaveLength(1);
  });
});

describe('billing', () => {
  const done = <Output>(output: Output): GoogleAnswer<Output> => ({ kind: 'done', output });
  const refused = (code: string, more = {}): GoogleAnswer<never> => ({
    kind: 'refused',
    status: 403,
    code,
    message: '',
    ...more,
  });
  const silent: GoogleAnswer<never> = { kind: 'unreachable', message: 'gave no answer within 10 s' };
  const compute: GoogleAnswer<ComputeProject> = done({});

  it.each<[string, GoogleAnswer<BillingInfo>, GoogleAnswer<ComputeProject>, string, RegExp]>([
    ['on', done({ billingEnabled: true }), silent, 'granted', /says that it is enabled/],
    ['off', done({ billingEnabled: false }), compute, 'missing', /^Billing is off in project p/],
    [
      'off, as Compute Engine says',
      done({ billingEnabled: true }),
      refused('BILLING_DISABLED'),
      'missing',
      /is off/,
    ],
    [
      'unread, the API being off',
      refused('SERVICE_DISABLED', { disabledApi: { name: 'x' } }),
      compute,
      'likely',
      /answered a read/,
    ],
    [
      'unread, by right',
      refused('PERMISSION_DENIED'),
      refused('X'),
      'inconclusive',
      /\(Cloud Billing answered PERMISSION_DENIED\)\.$/,
    ],
    ['unread, by silence', silent, silent, 'inconclusive', /\(Cloud Billing gave no answer within 10 s\)\.$/],
  ])('that is %s', (_what, billing, seen, state, text) => {
    const told = readBilling('p', { billing, compute: seen });

    expect(told.state).toBe(state);
    expect(told.evidence.text).toMatch(text);
  });

  it('that is unread says why beside what Compute Engine answered', () => {
    const off = refused('SERVICE_DISABLED', { disabledApi: { name: 'x' } });
    expect(readBilling('p', { billing: off, compute }).evidence.caveat).toContain(
      '(the Cloud Billing API is not enabled in the project of the service account)',
    );
    expect(readBilling('p', { billing: refused('X'), compute }).evidence.caveat).toContain(
      '(Cloud Billing answered X)',
    );
  });
});

it.each([
  ['me@my-project.iam.gserviceaccount.com', 'my-project'],
  ['me@project.example.com.iam.gserviceaccount.com', 'example.com:project'],
  ['1-compute@developer.gserviceaccount.com', undefined],
  ['me@my-project.iam.gserviceaccount.com.example.com', undefined],
])('%s lies in %s', (email, project) => {
  expect(homeOf(email)).toBe(project);
});
