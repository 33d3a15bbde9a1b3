import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startVsphereCloud, type VsphereCloud } from '../../../simulations/vsphere/cloud.ts';
import {
  demoVcenter,
  knownPrivileges,
  passwordOf,
  vsphereCredential,
} from '../../../simulations/vsphere/demo-accounts.ts';
import { runVerification } from '../../../src/providers/run-verification.ts';
import { readHostRules } from '../../../src/providers/vsphere/allowed-hosts.ts';
import { createVsphere } from '../../../src/providers/vsphere/provider.ts';
import type { Verification } from '../../../src/verification/verification.ts';

let cloud: VsphereCloud;
beforeAll(async () => {
  cloud = await startVsphereCloud(demoVcenter(knownPrivileges));
});
afterEach(() => {
  expect([...cloud.sessions.values()]).toEqual([]);
  cloud.trouble.clear();
  cloud.answers.clear();
  cloud.logins.clear();
  cloud.delayMs = 0;
});
afterAll(() => cloud.close());

type Options = {
  readonly more?: Record<string, string>;
  readonly profileOptions?: readonly string[];
  readonly at?: VsphereCloud;
  readonly deadlineMs?: number;
  readonly allowed?: string;
};

async function verify(user: string, options: Options = {}): Promise<Verification> {
  const {
    more = {},
    profileOptions = [],
    at = cloud,
    deadlineMs,
    allowed = `127.0.0.1/32:${at.port}`,
  } = options;
  const provider = createVsphere({ allowedHosts: readHostRules(allowed).rules });
  const values = vsphereCredential(user, at.port, { certificateSha256: at.fingerprint, ...more });
  const parsed = provider.parse(values, profileOptions);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return runVerification({ provider, ...parsed, profileOptions, deadlineMs });
}

const find = ({ findings }: Verification, id: string, group?: string) =>
  findings.find((finding) => finding.requirement === id && (!group || finding.group === group));
const inState = ({ findings }: Verification, state: string) =>
  findings.filter((finding) => finding.state === state).map(({ requirement }) => requirement);

describe('the documented role', () => {
  it.each(['full', 'ingroup'])('is found object by object for %s', async (user) => {
    const verification = await verify(user);

    expect(verification.verdict).toBe('ready');
    expect(inState(verification, 'granted')).toHaveLength(47);
    expect(verification.identity).toEqual({
      id: `VSPHERE.LOCAL\\${user}`,
      kind: 'user',
      name: `VSPHERE.LOCAL\\${user}`,
    });
    expect(find(verification, 'VirtualMachine.Config.CPUCount')).toMatchObject({
      group: 'VM folder',
      scope: '/DC1/vm/Templates',
      name: 'Virtual machine › Configuration › Change CPU count',
    });
    expect(cloud.logins).toEqual(new Map([[`${user}@vsphere.local`, 1]]));
  });

  it('without five privileges on two objects names them, by object', async () => {
    const verification = await verify('partial');

    expect(verification.verdict).toBe('missing');
    expect(inState(verification, 'missing').sort()).toEqual([
      'Datastore.AllocateSpace',
      'Datastore.Browse',
      'VirtualMachine.Config.CPUCount',
      'VirtualMachine.Config.Memory',
      'VirtualMachine.Provisioning.MarkAsTemplate',
    ]);
    const text = verification.remediation
      .map(({ title, format, text: body }) => `# ${title} (${format})\n${body}\n`)
      .join('\n');
    await expect(text).toMatchFileSnapshot('./snippets.txt');
  });

  it('on everything but the datastore is missing there, and says both causes', async () => {
    const verification = await verify('nodatastore');

    expect(
      new Set(verification.findings.filter(({ state }) => state === 'missing').map(({ group }) => group)),
    ).toEqual(new Set(['Datastore']));
    expect(find(verification, 'Datastore.Browse')?.evidence.text).toMatch(
      /Either the name is wrong, or the account has no permission/,
    );
  });

  it('counts Cryptographer and Export with their options only, and says that the document spells one otherwise', async () => {
    expect(find(await verify('full'), 'Cryptographer.Encrypt')?.state).toBe('not-applicable');

    const lacking = await verify('full', { profileOptions: ['vtpm', 'export'] });
    expect(inState(lacking, 'missing')).toEqual([
      'VApp.Export',
      'Cryptographer.Access',
      'Cryptographer.Encrypt',
    ]);
    expect(find(lacking, 'VApp.Export')?.evidence.caveat).toContain('The documentation writes vApp.Export');

    expect((await verify('vtpm', { profileOptions: ['vtpm', 'export'] })).verdict).toBe('ready');
  });

  it('for a content library is not told, since a permission at the root reaches none', async () => {
    cloud.model.permissions.push({
      entity: 'group-d1',
      principal: 'VSPHERE.LOCAL\\full',
      propagates: false,
      privileges: ['ContentLibrary.AddLibraryItem', 'ContentLibrary.UpdateLibraryItem'],
    });
    const verification = await verify('full', { profileOptions: ['content-library'] });
    cloud.model.permissions.pop();

    expect(verification.verdict).toBe('unproven');
    expect(inState(verification, 'inconclusive')).toEqual([
      'ContentLibrary.AddLibraryItem',
      'ContentLibrary.UpdateLibraryItem',
    ]);
    expect(find(verification, 'ContentLibrary.AddLibraryItem')?.evidence.text).toContain(
      'Only a global permission reaches content libraries',
    );
  });

  it('of a vCenter that does not know a privilege is not passed silently', async () => {
    const known = knownPrivileges.filter((id) => id !== 'VirtualMachine.Interact.SetFloppyMedia');
    const nine = await startVsphereCloud(demoVcenter(known, '9.0.0'));
    const verification = await verify('full', { at: nine });
    await nine.close();

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, 'VirtualMachine.Interact.SetFloppyMedia')?.evidence.text).toContain(
      'This vCenter (9.0.0) does not know',
    );
  });
});

describe('objects', () => {
  it.each<[string, Record<string, string>]>([
    [
      'by their paths',
      {
        folder: '/DC1/vm/Templates',
        datastore: '/DC1/datastore/ds-images',
        resourcePool: '/DC1/host/Cluster1/Resources/Packer',
      },
    ],
    ['in any case', { datacenter: 'dc1', cluster: 'CLUSTER1', network: 'vm network' }],
    ['left open where there is one', { cluster: '' }],
  ])('are found %s', async (_what, more) => {
    expect((await verify('full', { more })).verdict).toBe('ready');
  });

  it('are found by names with slashes, quotes and emoji in them', async () => {
    const grant = { principal: 'VSPHERE.LOCAL\\full', propagates: false, privileges: ['Network.Assign'] };
    cloud.model.permissions.push({ ...grant, entity: 'dvportgroup-1' });
    cloud.model.permissions.push({ ...grant, entity: 'dvs-1', privileges: [] });
    const verification = await verify('full', {
      more: { folder: 'Templates/Windows/Linux', network: 'Build "net" 🚀' },
    });
    cloud.model.permissions.splice(-2);

    expect(verification.verdict).toBe('ready');
    expect(find(verification, 'VirtualMachine.Inventory.Create')?.scope).toBe(
      '/DC1/vm/Templates/Windows/Linux',
    );
  });

  it('that are not there are told as such', async () => {
    expect(find(await verify('full', { more: { network: 'nowhere' } }), 'Network.Assign')).toMatchObject({
      state: 'missing',
      scope: 'nowhere',
    });
  });
});

describe('a permission on the VM folder', () => {
  it('that does not propagate is of no use to the machines made there', async () => {
    const real = cloud.model.permissions;
    cloud.model.permissions = real.map((permission) => ({ ...permission, propagates: false }));
    const verification = await verify('full');
    cloud.model.permissions = real;

    expect(verification.verdict).toBe('missing');
    expect(find(verification, 'VirtualMachine.Config.CPUCount')?.evidence.text).toContain(
      'does not propagate',
    );
    expect(find(verification, 'VirtualMachine.Inventory.Create')?.state).toBe('granted');
  });

  it('that does not propagate takes away nothing that comes from the datacenter', async () => {
    const real = cloud.model.permissions;
    const above = real
      .filter(({ entity, principal }) => entity.startsWith('datacenter') && principal.endsWith('\\full'))
      .map((permission) => ({ ...permission, propagates: true, privileges: knownPrivileges }));
    const others = real.filter(({ entity }) => !above.some((permission) => permission.entity === entity));
    cloud.model.permissions = [
      ...others.map((permission) => ({ ...permission, propagates: false })),
      ...above,
    ];
    const verification = await verify('full');
    cloud.model.permissions = real;

    expect(above).toHaveLength(1);
    expect(find(verification, 'VirtualMachine.Config.CPUCount')).toMatchObject({ state: 'granted' });
  });

  it('of which that cannot be told is open', async () => {
    cloud.trouble.set('RetrieveEntityPermissions', ['unavailable', 'unavailable']);
    const verification = await verify('full');

    expect(find(verification, 'VirtualMachine.Config.CPUCount')?.state).toBe('inconclusive');
    expect(find(verification, 'Datastore.Browse')?.state).toBe('granted');
  });
});

describe('two datacenters', () => {
  const second: VsphereCloud['model']['entities'] = [
    { id: 'datacenter-2', type: 'Datacenter', name: 'DC2', parent: 'group-d1' },
    { id: 'group-s2', type: 'Folder', name: 'datastore', parent: 'datacenter-2' },
    { id: 'datastore-2', type: 'Datastore', name: 'ds-images', parent: 'group-s2' },
  ];
  let two: VsphereCloud;
  beforeAll(async () => {
    const model = demoVcenter(knownPrivileges);
    const grant = { principal: 'VSPHERE.LOCAL\\full', propagates: true, privileges: ['Datastore.Browse'] };
    const permissions = [...model.permissions, { ...grant, entity: 'datacenter-2' }];
    two = await startVsphereCloud({ ...model, entities: [...model.entities, ...second], permissions });
  });
  afterAll(() => two.close());

  it('of which none was chosen leave everything open, and nothing missing', async () => {
    const provider = createVsphere({ allowedHosts: readHostRules(`127.0.0.1/32:${two.port}`).rules });
    const { datacenter: _datacenter, ...values } = vsphereCredential('full', two.port, {
      certificateSha256: two.fingerprint,
    });
    const parsed = provider.parse(values, [], { toBeChosen: true });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const verification = await runVerification({ provider, ...parsed, profileOptions: [] });

    expect(verification.verdict).toBe('unproven');
    expect(inState(verification, 'missing')).toEqual([]);
    expect(verification.choices?.datacenter).toEqual(['/DC1', '/DC2']);
  });

  it('keep their objects apart', async () => {
    expect((await verify('full', { at: two })).verdict).toBe('ready');
    const verification = await verify('full', { at: two, more: { datastore: '/DC2/datastore/ds-images' } });

    expect(verification.verdict).toBe('unproven');
    expect(find(verification, 'Datastore.Browse')?.evidence.text).toContain('but not below /DC1/datastore');
  });
});

describe('the fix', () => {
  it('keeps what is held, and leaves out what the vCenter does not know', async () => {
    const known = knownPrivileges.filter((id) => id !== 'VirtualMachine.Interact.SetFloppyMedia');
    const other = await startVsphereCloud(demoVcenter(known));
    other.model.permissions = other.model.permissions.map((permission) => ({
      ...permission,
      privileges: permission.privileges.filter((id) => id !== 'VirtualMachine.Config.CPUCount'),
    }));
    const { remediation } = await verify('vtpm', { at: other, profileOptions: ['vtpm', 'export'] });
    await other.close();
    const [, govc] = remediation;

    expect(govc?.text).toContain('Cryptographer.Encrypt');
    expect(govc?.text).toContain('VApp.Export');
    expect(govc?.text).not.toContain('SetFloppyMedia');
  });

  it('sets nothing on what was not found', async () => {
    const { remediation } = await verify('nodatastore');

    expect(remediation.map(({ forwardTo }) => forwardTo)).toEqual(['an administrator of the vCenter']);
    expect(remediation[0]?.text).toContain('Where: Datastore ds-images');
    expect(remediation[0]?.text).toContain('Datastore.AllocateSpace');
  });
});

describe('a hostile or odd vCenter', () => {
  it('with an object that cannot be read is not taken for an empty one', async () => {
    cloud.answers.set('RetrievePropertiesEx', [
      '<returnval><objects><obj type="Folder"></obj><propSet><name>name</name><val>x</val></propSet></objects></returnval>',
    ]);

    expect((await verify('full')).error?.code).toBe('provider.unreachable');
  });

  it('with an answer without end is cut off', async () => {
    cloud.answers.set('RetrievePropertiesEx', ['<a/>'.repeat(2_500_000)]);

    expect((await verify('full')).error?.code).toBe('provider.unreachable');
  });

  it('that never ends the handshake holds no connection open', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => {
      sockets.add(socket);
      socket.resume();
      socket.on('error', () => undefined);
      socket.once('close', () => sockets.delete(socket));
    });
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const provider = createVsphere({ allowedHosts: readHostRules(`127.0.0.1/32:${port}`).rules });
    const parsed = provider.parse(vsphereCredential('full', port));
    if (!parsed.ok) throw new Error('The credential was refused');

    await runVerification({ provider, ...parsed, profileOptions: [], deadlineMs: 300 });

    await expect.poll(() => sockets.size).toBe(0);
    silent.close();
  });

  it('is found by a host that stands for its cluster', async () => {
    expect((await verify('full', { more: { cluster: 'esx1.example.com' } })).verdict).toBe('ready');
  });
});

describe('a sign-in that fails', () => {
  it('for a wrong password is tried once, and nothing of it is repeated', async () => {
    const { error } = await verify('full', { more: { password: 'planted-wrong-password' } });

    expect(error).toMatchObject({
      code: 'provider.sign-in-failed',
      message: expect.stringContaining('does not accept this user and password'),
    });
    expect(cloud.logins).toEqual(new Map([['full@vsphere.local', 1]]));
    expect(JSON.stringify(error)).not.toContain('planted');
  });

  it.each([
    ['expired', /has expired/],
    ['nobody', /has no permission on anything/],
  ])('for %s says so', async (user, message) => {
    expect((await verify(user)).error?.message).toMatch(message);
  });
});

describe('a certificate', () => {
  it('of no known authority is shown, and nothing is sent', async () => {
    const before = cloud.calls.length;
    const { error } = await verify('full', { more: { certificateSha256: '' } });

    expect(error?.code).toBe('provider.certificate-unknown');
    expect(error?.hint).toContain(`Its SHA-256 is ${cloud.fingerprint}`);
    expect(cloud.calls.length).toBe(before);
  });

  it('is taken in whatever form its SHA-256 was copied', async () => {
    const plain = cloud.fingerprint.replaceAll(':', '').toLowerCase();

    for (const certificateSha256 of [plain, `SHA256 Fingerprint=${cloud.fingerprint}`])
      expect((await verify('full', { more: { certificateSha256 } })).verdict).toBe('ready');
  });

  it.each([
    ['expired', 'provider.certificate-expired', /has expired$/, /^It is valid from \d{4}-\d\d-\d\d to/],
    ['another name', 'provider.certificate-wrong-name', /is not for 127\.0\.0\.1$/, /vcenter\.example\.com/],
  ] as const)(
    'that is %s is told as that, and cannot be confirmed away',
    async (certificate, code, message, hint) => {
      const faulty = await startVsphereCloud(demoVcenter(knownPrivileges), { certificate });
      for (const certificateSha256 of ['', faulty.fingerprint]) {
        const { error } = await verify('full', { at: faulty, more: { certificateSha256 } });

        expect(error?.code).toBe(code);
        expect(error?.message).toMatch(message);
        expect(error?.hint).toMatch(hint);
        expect(error?.confirm).toBeUndefined();
      }
      expect(faulty.calls).toEqual([]);
      await faulty.close();
    },
  );

  it('that changed after it was confirmed is refused with both fingerprints', async () => {
    const confirmed = cloud.fingerprint;
    const { port, model } = cloud;
    await cloud.close();
    cloud = await startVsphereCloud(model, { port, certificate: 'another' });
    const { error } = await verify('full', { more: { certificateSha256: confirmed } });

    expect(cloud.fingerprint).not.toBe(confirmed);
    expect(error?.code).toBe('provider.certificate-changed');
    expect(error?.hint).toContain(confirmed);
    expect(error?.hint).toContain(cloud.fingerprint);
    expect(cloud.calls).toEqual([]);
  });
});

describe('faults', () => {
  it.each(['not-authenticated', 'unavailable', 'truncated'] as const)(
    'of privileges (%s) are inconclusive, never missing',
    async (trouble) => {
      cloud.trouble.set('FetchUserPrivilegeOnEntities', [trouble]);
      const verification = await verify('full');

      expect(verification.verdict).toBe('unproven');
      expect(inState(verification, 'missing')).toEqual([]);
    },
  );

  it.each(['RetrieveServiceContent', 'Login', 'RetrievePropertiesEx'])(
    'of %s fail with their cause',
    async (method) => {
      cloud.trouble.set(method, ['truncated']);

      expect((await verify('full')).error?.code).toBe('provider.unreachable');
    },
  );

  it('that redirect are not followed', async () => {
    cloud.trouble.set('RetrieveServiceContent', ['redirect']);

    expect((await verify('full')).error?.message).toContain('answered with a redirect');
    expect(cloud.logins.size).toBe(0);
  });

  it('end at the deadline, and the session is ended all the same', async () => {
    cloud.trouble.set('FetchUserPrivilegeOnEntities', ['hangs']);
    const verification = await verify('full', { deadlineMs: 500 });

    expect(verification.verdict).toBe('unproven');
    await expect.poll(() => cloud.sessions.size).toBe(0);
  });
});

it('makes seven calls, and leaves no session behind', async () => {
  const before = cloud.calls.length;
  const { calls } = await verify('full');

  expect(calls).toBe(7);
  expect(cloud.calls.slice(before)).toEqual([
    'RetrieveServiceContent',
    'Login',
    'RetrievePropertiesEx',
    'FetchUserPrivilegeOnEntities',
    'RetrieveEntityPermissions',
    'RetrieveEntityPermissions',
    'Logout',
  ]);
  expect(passwordOf('full')).toContain('<&>');
});

describe('a host', () => {
  const provider = (allowed: string) => createVsphere({ allowedHosts: readHostRules(allowed).rules });
  const problem = (host: string, allowed: string, port = '443') => {
    const parsed = provider(allowed).parse({ ...vsphereCredential('full', 1), host, port });
    return parsed.ok ? undefined : parsed.problems.host;
  };

  it.each([
    '169.254.169.254',
    'localhost',
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '[::ffff:127.0.0.1]',
    '[::1]',
    'other.example.com',
  ])('%s is refused beside its field', (host) => {
    expect(problem(host, 'vcenter.example.com, *.lab.example.com')).toContain('may not be called on port');
  });

  it.each(['user@vcenter.example.com', 'vcenter.example.com/ui', 'https://vcenter.example.com'])(
    '%s is none',
    (host) => {
      expect(problem(host, 'vcenter.example.com')).toContain('Enter the host name or address alone');
    },
  );

  it('is refused while the operator has allowed none', () => {
    expect(problem('vcenter.example.com', '')).toContain('XOAP_VSPHERE_ALLOWED_HOSTS is empty');
  });

  it('is refused on another port than its entry’s', () => {
    expect(problem('vcenter.example.com', 'vcenter.example.com', '8443')).toContain('on port 8443');
  });

  it('whose name leads to loopback is refused before it is stored, and again before it is dialled', async () => {
    const listed = provider('localhost');
    const values = { ...vsphereCredential('full', cloud.port), host: 'localhost', port: '443' };
    const parsed = listed.parse(values);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));

    expect(await listed.refuse?.(parsed.credential)).toEqual({
      host: expect.stringContaining('localhost may not be called'),
    });
    const before = cloud.calls.length;
    const { error } = await runVerification({ provider: listed, ...parsed, profileOptions: [] });
    expect(error?.code).toBe('provider.host-refused');
    expect(cloud.calls.length).toBe(before);
  });
});
