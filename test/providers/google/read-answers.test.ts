import { describe, expect, it } from 'vitest';
import type { ComputeProject, GoogleAnswer } from '../../../src/providers/google/answers.ts';
import { readApi } from '../../../src/providers/google/apis.ts';
import type { Binding, Explanation } from '../../../src/providers/google/bindings.ts';
import type { Tested } from '../../../src/providers/google/client.ts';
import {
  readActAs,
  readNetwork,
  readNoAccount,
  readPermission,
  type Test,
} from '../../../src/providers/google/read-answers.ts';
import type { AnswerParts } from '../../../src/providers/provider.ts';

// What is told of each answer of Google Cloud, without a cloud.

const create = 'compute.instances.create';
const actAs = 'iam.serviceAccounts.actAs';
const instanceAdmin = 'roles/compute.instanceAdmin.v1';
const networkUser = 'roles/compute.networkUser';
const accountUser = 'roles/iam.serviceAccountUser';
const member = 'serviceAccount:me@example.com';
const scope = 'project p';

const done = <Output>(output: Output): GoogleAnswer<Output> => ({ kind: 'done', output });
const refused = (more: object = {}): GoogleAnswer<never> => ({
  kind: 'refused',
  status: 403,
  code: 'PERMISSION_DENIED',
  message: '',
  ...more,
});
const silent: GoogleAnswer<never> = { kind: 'unreachable', message: 'gave no answer within 10 s' };

const tested = (held: readonly string[], untestable: readonly string[] = []): GoogleAnswer<Tested> =>
  done({ held: [...held], untestable: [...untestable] });
const test = (answer: GoogleAnswer<Tested>, where = scope): Test => ({
  scope: where,
  wanted: [create],
  answer,
});
const binding = (role: string, expression?: string): Binding => ({
  role,
  members: [member],
  ...(expression && { condition: { expression } }),
});
const seenOf = (bindings: Binding[] | undefined, denyPolicies: string[] | undefined = []): Explanation => ({
  member,
  policy: bindings && { bindings },
  denyPolicies,
});
const until = (year: number) => `request.time < timestamp("${year}-12-31T00:00:00Z")`;
const onResource = 'resource.name == "x"';
const wanted = { permission: create, role: instanceAdmin };

/** What is read, when the test runs, and what is told of it. */
type Row = [string, () => AnswerParts, Partial<AnswerParts>, RegExp, RegExp?];
function expectTold(told: AnswerParts, parts: Partial<AnswerParts>, [text, caveat]: [RegExp, RegExp?]): void {
  expect(told).toMatchObject(parts);
  expect(told.evidence.text).toMatch(text);
  if (caveat) expect(told.evidence.caveat).toMatch(caveat);
  else expect(told.evidence.caveat).toBeUndefined();
}

const actingAs = { permission: 'iam.serviceAccounts.actAs', role: 'roles/iam.serviceAccountUser' };

describe('a permission that is held', () => {
  const read = (...bindings: Binding[]) =>
    readPermission(wanted, { test: test(tested([create])), seen: seenOf(bindings) });

  it.each<Row>([
    ['by a free binding', () => read(binding(instanceAdmin)), { state: 'granted', scope }, /held\.$/],
    [
      'by no binding that shows',
      () => read(),
      { state: 'granted' },
      /^Google tested it on project p: held\.$/,
    ],
    [
      'by a free binding beside one under a condition',
      () => read(binding(instanceAdmin), binding(instanceAdmin, onResource)),
      { state: 'granted' },
      /held\.$/,
    ],
    [
      'only by a binding under a condition',
      () => read(binding(instanceAdmin, onResource)),
      { state: 'inconclusive', condition: onResource },
      /only one under a condition is known to give it \(roles\/compute\.instanceAdmin\.v1\), and the condition may not hold/,
    ],
    [
      'perhaps by a binding under a condition',
      () => read(binding('projects/p/roles/x', onResource)),
      { state: 'inconclusive', condition: onResource },
      /It may come from projects\/p\/roles\/x, which is bound under a condition/,
    ],
    [
      'until a day',
      () => read(binding(instanceAdmin, until(2098))),
      { state: 'granted' },
      /held\.$/,
      /^roles\/compute\.instanceAdmin\.v1 is bound until 31 Dec 2098 only\. Roles that come through groups/,
    ],
    [
      'until the later of two days',
      () => read(binding(instanceAdmin, until(2097)), binding('roles/owner', until(2098))),
      { state: 'granted' },
      /held\.$/,
      /^roles\/owner is bound until 31 Dec 2098/,
    ],
    [
      'until the later of two days, whichever comes first',
      () => read(binding('roles/owner', until(2098)), binding(instanceAdmin, until(2097))),
      { state: 'granted' },
      /held\.$/,
      /^roles\/owner is bound until 31 Dec 2098/,
    ],
    [
      'until a day, beside a condition',
      () => read(binding(instanceAdmin, onResource), binding('roles/owner', until(2098))),
      { state: 'granted' },
      /held\.$/,
      /^roles\/owner is bound until/,
    ],
    [
      'perhaps until a day',
      () => read(binding('projects/p/roles/x', until(2098))),
      { state: 'inconclusive', condition: until(2098) },
      /It may come from projects\/p\/roles\/x/,
    ],
    [
      'though a binding has ended',
      () => read(binding(instanceAdmin, until(2001))),
      { state: 'granted' },
      /held\.$/,
    ],
  ])('%s', (_what, read, parts, ...texts) => expectTold(read(), parts, texts));
});

describe('a permission that is not held', () => {
  const read = (seen: Explanation, also = wanted) => readPermission(also, { test: test(tested([])), seen });
  const settling = /^A role that was granted minutes ago/;

  it.each<Row>([
    [
      'though a role with it is bound',
      () => read(seenOf([binding(instanceAdmin)], [])),
      { state: 'missing', layer: 'deny-policy', denial: 'explicit' },
      /is bound, and yet it is not granted\. No deny policy is attached to the project itself/,
      settling,
    ],
    [
      'though a role is bound, where deny policies may not be read',
      () => read({ ...seenOf([binding(instanceAdmin)]), denyPolicies: undefined }),
      { state: 'missing', layer: 'deny-policy' },
      /Whether a deny policy forbids it could not be looked at\.$/,
      settling,
    ],
    [
      'though a role is bound, beside one deny policy',
      () => read(seenOf([binding(instanceAdmin)], ['a'])),
      { state: 'missing', layer: 'deny-policy' },
      /The project has the deny policy “a”, which may forbid it\.$/,
      settling,
    ],
    [
      'though a role is bound, beside two deny policies',
      () => read(seenOf([binding(instanceAdmin)], ['a', 'b'])),
      { state: 'missing', layer: 'deny-policy' },
      /The project has deny policies “a”, “b”, which may forbid it\.$/,
      settling,
    ],
    [
      'where a role is bound under a condition',
      () => read(seenOf([binding(instanceAdmin, onResource)])),
      { state: 'inconclusive', condition: onResource },
      /instanceAdmin\.v1 gives it and is bound under a condition/,
    ],
    [
      'where a role may be bound under a condition',
      () => read(seenOf([binding('projects/p/roles/x', onResource)])),
      { state: 'inconclusive', condition: onResource },
      /projects\/p\/roles\/x may give it and is bound/,
    ],
    [
      'since its role has ended',
      () => read(seenOf([binding(instanceAdmin, until(2001))])),
      {
        state: 'missing',
        layer: 'expired-binding',
        denial: 'implicit',
        evidence: { code: 'Expired', text: expect.anything() },
      },
      /was bound until 31 Dec 2001 and has expired/,
    ],
    [
      'where one role has ended and one is bound under a condition',
      () => read(seenOf([binding(instanceAdmin, until(2001)), binding('roles/owner', onResource)])),
      { state: 'inconclusive', condition: onResource },
      /^roles\/owner gives it/,
    ],
    [
      'where a role has ended that may have given it',
      () => read(seenOf([binding('projects/p/roles/x', until(2001))])),
      { state: 'missing', layer: 'role-binding', denial: 'implicit' },
      /not held\. Roles that come through groups/,
      settling,
    ],
    [
      'for want of a role',
      () => read(seenOf([])),
      { state: 'missing', layer: 'role-binding', denial: 'implicit' },
      /^Google tested it on project p: not held\. Roles that come through groups, folders or the organisation do not show in the bindings of the project\.$/,
      settling,
    ],
    [
      'where bindings may not be read',
      () => read(seenOf(undefined)),
      { state: 'missing', layer: 'role-binding' },
      /not held\. Role bindings could not be looked at/,
      settling,
    ],
    [
      'for want of a role, beside a deny policy',
      () => read(seenOf([], ['a'])),
      { state: 'missing', layer: 'role-binding' },
      /The project has the deny policy “a”, which may forbid it\.$/,
      settling,
    ],
    [
      'for want of a role, where deny policies may not be read',
      () => read({ ...seenOf([]), denyPolicies: undefined }),
      { state: 'missing', layer: 'role-binding' },
      /bindings of the project\.$/,
      settling,
    ],
    [
      'for want of a role that can be granted on a single thing',
      () => read(seenOf([]), { permission: 'compute.subnetworks.use', role: networkUser }),
      { state: 'missing', layer: 'role-binding' },
      /A grant on the subnetwork itself would not show here\.$/,
      settling,
    ],
  ])('%s', (_what, read, parts, ...texts) => expectTold(read(), parts, texts));
});

describe('a permission that could not be tested', () => {
  const read = (answer: GoogleAnswer<Tested>, where = scope) =>
    readPermission(wanted, { test: test(answer, where), seen: seenOf([binding(instanceAdmin)]) });
  const account = 'service account a@p.iam.gserviceaccount.com';

  it.each<Row>([
    [
      'by silence',
      () => read(silent),
      { state: 'inconclusive', scope },
      /^Google gave no answer within 10 s when asked/,
    ],
    [
      'since it is not valid there',
      () => read(tested([], [create])),
      { state: 'inconclusive' },
      /^Google does not test compute\.instances\.create on project p/,
    ],
    [
      'where another one is not valid',
      () => read(tested([create], ['other'])),
      { state: 'granted' },
      /held\.$/,
    ],
    [
      'in a perimeter with an identifier',
      () => read(refused({ perimeter: { id: 'x1' } })),
      { state: 'inconclusive', evidence: { code: 'VPC_SERVICE_CONTROLS', text: expect.anything() } },
      /Its administrator finds the refusal under x1\.$/,
    ],
    [
      'in a perimeter without one',
      () => read(refused({ perimeter: {} })),
      { state: 'inconclusive' },
      /Its administrator finds the refusal\.$/,
    ],
    [
      'since there is no such account',
      () => read(refused({ status: 404, code: 'NOT_FOUND' }), account),
      { state: 'missing', evidence: { code: 'NOT_FOUND', text: expect.anything() } },
      /^There is no service account a@p/,
    ],
    [
      'since the account may not be seen',
      () => read(refused(), account),
      { state: 'inconclusive' },
      /^Service account a@p.* was not found, or may not be seen: Google answered PERMISSION_DENIED \(403\)/,
    ],
    [
      'since the project is not there',
      () => read(refused({ status: 404, code: 'NOT_FOUND' })),
      { state: 'inconclusive' },
      /^Project p was not found, or may not be seen: Google answered NOT_FOUND \(404\)/,
    ],
    [
      'by a refusal of another kind',
      () => read(refused({ status: 500, code: 'INTERNAL' })),
      { state: 'inconclusive', evidence: { code: 'INTERNAL', text: expect.anything() } },
      /^Google answered INTERNAL \(500\) when asked to test permissions on project p\.$/,
    ],
    [
      'since an API is off',
      () => read(refused({ disabledApi: { name: 'iam.googleapis.com' } })),
      { state: 'inconclusive' },
      /^iam\.googleapis\.com is not enabled, so permissions cannot be tested on project p\.$/,
    ],
    [
      'since an API is off that has no name',
      () => read(refused({ disabledApi: {} })),
      { state: 'inconclusive' },
      /^The API that tests them is not enabled/,
    ],
  ])('%s', (_what, read, parts, ...texts) => expectTold(read(), parts, texts));
});

describe('the network of a host project', () => {
  const use = { permission: 'compute.subnetworks.use', role: networkUser };
  const read = (answer: GoogleAnswer<Tested>, isSubnetwork: boolean) =>
    readNetwork(use, { test: test(answer), seen: seenOf([]), isSubnetwork });
  const settling = /minutes ago/;

  it.each<Row>([
    ['that has it', () => read(tested(['compute.subnetworks.use']), false), { state: 'granted' }, /held\.$/],
    [
      'that lacks it as a whole',
      () => read(tested([]), false),
      { state: 'inconclusive', scope },
      /enter the subnetwork with the connection\.$/,
    ],
    [
      'that lacks it on the subnetwork',
      () => read(tested([]), true),
      { state: 'missing' },
      /not held/,
      settling,
    ],
    ['that is silent', () => read(silent, false), { state: 'inconclusive' }, /^Google gave no answer/],
  ])('%s', (_what, read, parts, ...texts) => expectTold(read(), parts, texts));
});

describe('acting as the account of build machines', () => {
  const use = { permission: actAs, role: accountUser };
  const account = 'service account a@p';
  const read = (
    answer: GoogleAnswer<Tested>,
    { onProject = [] as string[], home = 'p' as string | null, seen = seenOf([]) } = {},
  ) =>
    readActAs(use, {
      account: test(answer, account),
      project: test(tested(onProject)),
      home: home ?? undefined,
      buildsIn: 'p',
      seen,
    });
  const off = refused({ disabledApi: { name: 'iam.googleapis.com' } });

  it.each<Row>([
    [
      'held on it',
      () => read(tested([actAs])),
      { state: 'granted', scope: account },
      /^Google tested it on service account/,
    ],
    [
      'held on it, of which the project is not known',
      () => read(tested([actAs]), { home: null }),
      { state: 'granted' },
      /held\.$/,
    ],
    [
      'held on one of another project',
      () => read(tested([actAs]), { home: 'other' }),
      { state: 'inconclusive' },
      /lies in project other and is to run machines in p/,
    ],
    [
      'not held',
      () => read(tested([]), { onProject: [actAs] }),
      { state: 'missing' },
      /not held/,
      /minutes ago/,
    ],
    [
      'of which there is none',
      () => read(refused({ status: 404, code: 'NOT_FOUND' }), { onProject: [actAs] }),
      { state: 'missing' },
      /^There is no service account a@p/,
    ],
    [
      'silent, and held on its project',
      () => read(silent, { onProject: [actAs] }),
      { state: 'likely', scope: account },
      /^Google tested it on project p, which the account lies in: held\. Google gave no answer/,
    ],
    [
      'silent, and not held on its project',
      () => read(silent),
      { state: 'inconclusive' },
      /^Google gave no answer/,
    ],
    [
      'silent, and held on the project of builds, which is another one',
      () => read(silent, { onProject: [actAs], home: 'other' }),
      { state: 'inconclusive' },
      /^Google gave no answer/,
    ],
    [
      'behind an API that is off, and held on its project',
      () => read(off, { onProject: [actAs] }),
      { state: 'likely' },
      /which the account lies in: held\. iam\.googleapis\.com is not enabled/,
    ],
    [
      'hidden, and held on its project',
      () => read(refused(), { onProject: [actAs] }),
      { state: 'inconclusive' },
      /may not be seen/,
    ],
    [
      'not valid there, and held on its project',
      () => read(tested([], [actAs]), { onProject: [actAs] }),
      { state: 'inconclusive' },
      /does not test/,
    ],
  ])('%s', (_what, read, parts, ...texts) => expectTold(read(), parts, texts));

  it.each<Row>([
    [
      'that there is none of',
      () => readNoAccount(actingAs, test(tested([actAs])), done<ComputeProject>({})),
      { state: 'inconclusive', scope },
      /^Project p has no default service account/,
    ],
    [
      'that could not be read, and any may be acted as',
      () => readNoAccount(actingAs, test(tested([actAs])), refused()),
      { state: 'likely', scope },
      /^Google tested it on project p, which that account lies in: held\. Which .* \(Compute Engine answered PERMISSION_DENIED\)\.$/,
    ],
    [
      'that could not be read, and none may be acted as',
      () => readNoAccount(actingAs, test(tested([])), silent),
      { state: 'inconclusive' },
      /^Which .* \(Compute Engine gave no answer within 10 s\)\.$/,
    ],
    [
      'that could not be read, nor the project',
      () => readNoAccount(actingAs, test(silent), silent),
      { state: 'inconclusive' },
      /^Which/,
    ],
  ])('by default: %s', (_what, read, parts, ...texts) => expectTold(read(), parts, texts));
});

describe('an API', () => {
  const api = 'compute.googleapis.com';
  const listed = (state?: string) => done(new Map(state ? [[api, state]] : []));
  const read = (services: GoogleAnswer<Map<string, string>>, direct?: GoogleAnswer<unknown>) =>
    readApi(api, 'p', { services, direct });
  const disabled = refused({ disabledApi: { name: api } });
  const link = /^compute\.googleapis\.com is not enabled in project p\. Switch it on: https:\/\/console/;

  it.each<Row>([
    [
      'that is listed',
      () => read(listed('ENABLED')),
      { state: 'granted', scope },
      /^Service Usage says ENABLED\.$/,
    ],
    [
      'that answered',
      () => read(listed('ENABLED'), done({})),
      { state: 'granted' },
      /^The API itself answered\.$/,
    ],
    [
      'that answered, whatever the list says',
      () => read(listed('DISABLED'), done({})),
      { state: 'granted' },
      /itself/,
    ],
    [
      'that is listed as off',
      () => read(listed('DISABLED')),
      { state: 'missing', evidence: { code: 'DISABLED', text: expect.anything() } },
      link,
    ],
    [
      'that says itself that it is off',
      () => read(listed('ENABLED'), disabled),
      { state: 'missing', evidence: { code: 'SERVICE_DISABLED', text: expect.anything() } },
      link,
    ],
    [
      'that refused by right, as its code says',
      () => read(silent, refused({ code: 'IAM_PERMISSION_DENIED' })),
      { state: 'granted' },
      /itself/,
    ],
    [
      'that refused by right, in its words',
      () => read(silent, refused({ message: "Required 'compute.projects.get' permission for 'projects/p'" })),
      { state: 'granted' },
      /itself/,
    ],
    [
      'that refused by right, in other words',
      () => read(silent, refused({ message: "Sorry. Permission 'x.y' denied on resource" })),
      { state: 'granted' },
      /itself/,
    ],
    [
      'that refused for another reason, with words inside',
      () => read(refused({ code: 'A' }), refused({ code: 'B', message: "Not Required 'x' permission" })),
      { state: 'inconclusive', evidence: { code: 'B', text: expect.anything() } },
      /^Whether it is enabled could not be told with this credential\.$/,
    ],
    [
      'that is not listed',
      () => read(listed()),
      { state: 'inconclusive' },
      /^Whether it is enabled could not be told/,
    ],
    [
      'whose list may not be read',
      () => read(refused({ code: 'A' })),
      { state: 'inconclusive', evidence: { code: 'A', text: expect.anything() } },
      /^Whether/,
    ],
    [
      'whose list is silent',
      () => read(silent),
      { state: 'inconclusive' },
      /^Google gave no answer within 10 s when asked which APIs are enabled\.$/,
    ],
    [
      'that is not listed and silent',
      () => read(listed(), silent),
      { state: 'inconclusive' },
      /^Google gave no answer/,
    ],
    [
      'whose list may not be read, and that is silent',
      () => read(refused({ code: 'A' }), silent),
      { state: 'inconclusive', evidence: { code: 'A', text: expect.anything() } },
      /^Whether/,
    ],
    [
      'whose list is silent, and that refused for another reason',
      () => read(silent, refused({ code: 'B' })),
      { state: 'inconclusive' },
      /^Google gave no answer/,
    ],
  ])('%s', (_what, read, parts, ...texts) => expectTold(read(), parts, texts));
});
