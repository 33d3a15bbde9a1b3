import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixGoogle } from '../../../simulations/administrators/google.ts';
import { type GoogleCloud, startGoogleCloud } from '../../../simulations/google/cloud.ts';
import {
  demoPublicKey,
  emailOf,
  demoDirectory as googleDirectory,
  hostProjectOf,
  keyFileOf,
} from '../../../simulations/google/demo-accounts.ts';
import { createGoogle } from '../../../src/providers/google/provider.ts';
import { documentedProfile } from '../../../src/providers/profiles.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import type { Verification } from '../../../src/verification/verification.ts';
import { type Case, expectFixed, missingIn, verify } from '../../support/fixes.ts';

describe('Google Cloud: the gcloud command', () => {
  let cloud: GoogleCloud;
  let provider: Provider;
  beforeAll(async () => {
    cloud = await startGoogleCloud(googleDirectory(), demoPublicKey);
    provider = createGoogle({ endpoint: cloud.url });
  });
  afterAll(() => cloud.close());

  const catalog = documentedProfile(createGoogle({}));
  const networkUser = 'roles/compute.networkUser';
  const member = `serviceAccount:${emailOf('shared')}`;
  const permissions = catalog.requirements.filter(({ id }) => !id.startsWith('prerequisite:'));
  const ofApis = ['serviceusage.services.get', 'serviceusage.services.list', 'resourcemanager.projects.get'];
  const apis = catalog.requirements.filter(({ id }) => id.startsWith('prerequisite:api/'));
  const subnetwork = 'europe-west3/builds';
  const allOf = (isOnHost: boolean, except: string) =>
    permissions
      .filter(({ group }) => (group === networkUser) === isOnHost)
      .map(({ id }) => id)
      .filter((id) => id !== except);
  const project = (id: string) => {
    const found = cloud.directory.projects.find((each) => each.id === id);
    if (!found) throw new Error(`No project ${id}`);
    return found;
  };
  const what = (isShared: boolean): Case => ({
    provider,
    values: {
      keyFile: keyFileOf('shared'),
      ...(isShared && { hostProjectId: hostProjectOf('shared'), subnetwork }),
    },
    profileOptions: ['storage', 'iap', ...(isShared ? ['shared-vpc'] : [])],
  });

  /** Lets the account do all but one thing, on its project or on the host project. */
  function permitAllBut(except: string, isOnHost: boolean): void {
    for (const [id, isHost] of [
      ['xoap-shared', false],
      [hostProjectOf('shared'), true],
    ] as const) {
      const place = project(id);
      const role = `projects/${id}/roles/builder`;
      const held = [
        ...allOf(isHost, isHost === isOnHost ? except : ''),
        ...ofApis,
        'resourcemanager.projects.get',
      ];
      Object.assign(place, { customRoles: { [role]: held } });
      place.bindings = [{ role, members: [member] }];
      place.subnetworks = { [subnetwork]: [] };
    }
  }

  it.each(permissions.map(({ group, id }) => [group, id] as const))('%s: %s', async (group, id) => {
    const isOnHost = group === networkUser;
    permitAllBut(id, isOnHost);
    const isAlsoOwn = permissions.some((each) => each.group !== networkUser && each.id === id);
    // Where the network is another project's, its permissions count there.
    const isShared =
      isOnHost || !isAlsoOwn || !permissions.some((each) => each.group === networkUser && each.id === id);
    const fix = ({ remediation }: Verification) =>
      fixGoogle(
        cloud.directory,
        remediation.filter(({ alternative }) => !alternative),
      );
    await expectFixed(what(isOnHost && isShared), { lacking: id, fix });
  });

  it('prerequisite:billing, by hand as its text says', async () => {
    permitAllBut('', false);
    project('xoap-shared').isUnbilled = true;
    await expectFixed(what(false), {
      lacking: 'prerequisite:billing',
      fix({ remediation }) {
        expect(remediation.map(({ title }) => title)).toEqual(['Enable billing']);
        project('xoap-shared').isUnbilled = false;
      },
    });
  });

  it('the custom role of exactly what is missing, in place of the documented one', async () => {
    permitAllBut('compute.images.create', false);
    const fix = ({ remediation }: Verification) =>
      fixGoogle(
        cloud.directory,
        remediation.filter(({ text }) => text.startsWith('gcloud iam roles create')),
      );
    await expectFixed(what(false), { lacking: 'compute.images.create', fix });
  });

  it.each(apis.map(({ id }) => id))('%s', async (id) => {
    permitAllBut('', false);
    const place = project('xoap-shared');
    const api = id.slice('prerequisite:api/'.length);
    place.services = place.services.filter((each) => each !== api);
    place.bindings.push({ role: 'roles/compute.instanceAdmin.v1', members: [member] });
    const fix = ({ remediation }: Verification) => fixGoogle(cloud.directory, remediation);
    const before = await verify(what(false));
    expect(missingIn(before)).toContain(id);
    fix({ ...before, remediation: before.remediation.filter(({ alternative }) => !alternative) });
    expect(missingIn(await verify(what(false)))).toEqual([]);
  });
});
