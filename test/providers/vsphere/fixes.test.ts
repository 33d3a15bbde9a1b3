import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixVsphere } from '../../../simulations/administrators/vsphere.ts';
import { startVsphereCloud, type VsphereCloud } from '../../../simulations/vsphere/cloud.ts';
import {
  demoVcenter,
  knownPrivileges,
  vsphereCredential,
} from '../../../simulations/vsphere/demo-accounts.ts';
import { documentedProfile } from '../../../src/providers/profiles.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import { readHostRules } from '../../../src/providers/vsphere/allowed-hosts.ts';
import { createVsphere } from '../../../src/providers/vsphere/provider.ts';
import type { Verification } from '../../../src/verification/verification.ts';
import { type Case, expectFixed, verify } from '../../support/fixes.ts';

describe('vSphere: the govc commands', () => {
  let cloud: VsphereCloud;
  let provider: Provider;
  beforeAll(async () => {
    const { entities, ...model } = demoVcenter(knownPrivileges);
    const host = { id: 'host-2', type: 'HostSystem', name: 'esx2.example.com', parent: 'domain-c1' };
    cloud = await startVsphereCloud({ ...model, entities: [...entities, host] });
    provider = createVsphere({ allowedHosts: readHostRules(`127.0.0.1/32:${cloud.port}`).rules });
  });
  afterAll(() => cloud.close());

  const catalog = documentedProfile(createVsphere({ allowedHosts: [] }));
  // Every role holds System.*, and a global permission is nothing that govc gives.
  const onObjects = catalog.requirements.filter(
    ({ id, group, when }) =>
      !id.startsWith('System.') &&
      group !== 'Global permission' &&
      (!when || when.some((each) => each === 'vtpm' || each === 'export')),
  );

  const principal = 'VSPHERE.LOCAL\\vtpm';
  /** All that builds need, on the second host what is needed on the first. */
  const granted = demoVcenter(knownPrivileges)
    .permissions.filter((permission) => permission.principal === principal)
    .flatMap((permission) =>
      permission.entity === 'host-1' ? [permission, { ...permission, entity: 'host-2' }] : [permission],
    );
  const what = (): Case => ({
    provider,
    values: vsphereCredential('vtpm', cloud.port, { certificateSha256: cloud.fingerprint }),
    profileOptions: ['vtpm', 'export'],
  });
  const fix = ({ remediation }: Verification) => fixVsphere(cloud.model, remediation);

  it.each(onObjects.map(({ group, id }) => [group, id] as const))('%s: %s', async (_group, id) => {
    cloud.model.permissions = granted.map((permission) => ({
      ...permission,
      privileges: permission.privileges.filter((each) => each !== id),
    }));
    await expectFixed(what(), { lacking: id, fix });
  });

  it('one host of two, and neither the other nor the pools beside it', async () => {
    const resources = { entity: 'resgroup-1', principal, privileges: [], propagates: true };
    // A host without any permission is one that the account does not see.
    const second = { entity: 'host-2', principal, privileges: [], propagates: false };
    const kept = [...granted.filter(({ entity }) => entity !== 'host-2'), resources];
    cloud.model.permissions = [...kept, second];
    const lacking = 'Host.Config.SystemManagement';
    const { findings } = await verify(what());
    expect(findings.find(({ requirement }) => requirement === lacking)?.evidence.text).toContain(
      'on 1 of 2 (/DC1/host/Cluster1/esx2.example.com), groups',
    );
    await expectFixed(what(), { lacking, fix });

    const [added, ...others] = cloud.model.permissions.filter((permission) => !kept.includes(permission));
    expect(added).toMatchObject({ entity: 'host-2', principal, propagates: false });
    expect(others).toEqual([]);
    expect(cloud.model.permissions).toEqual(expect.arrayContaining(kept));
  });
});
