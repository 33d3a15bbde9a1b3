import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runVerification } from '../../../src/providers/run-verification.ts';
import { readHostRules } from '../../../src/providers/vsphere/allowed-hosts.ts';
import { createVsphere } from '../../../src/providers/vsphere/provider.ts';

// govmomi's simulator, which somebody else wrote: real for the wire format, the sign-in and the inventory. It grants
// everything and knows no list of privileges, so what is missing is tested against `simulations/vsphere`.

const library = '/usr/share/gocode/src/github.com/vmware/govmomi/simulator';
const isInstalled = existsSync(library) && existsSync('/usr/bin/go');
const isRequired = process.env.XOAP_TEST_VCSIM === 'required';
const need = 'needs Debian’s golang-go and golang-github-vmware-govmomi-dev (apt-get install)';
if (!isInstalled) process.stdout.write(`vcsim: this suite ${need}\n`);

async function fingerprintOf(port: number): Promise<string> {
  const socket = tls.connect({ host: '127.0.0.1', port, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { fingerprint256 = '' } = socket.getPeerX509Certificate() ?? {};
  socket.destroy();
  return fingerprint256;
}

describe.skipIf(!isInstalled && !isRequired)('against govmomi’s vCenter simulator', () => {
  let folder: string;
  let simulator: ChildProcess;
  let port: number;
  let certificateSha256: string;

  beforeAll(async () => {
    if (!isInstalled) throw new Error(`This suite ${need}`);
    folder = await mkdtemp(join(tmpdir(), 'xoap-vcsim-'));
    const program = join(folder, 'vcsim');
    const environment = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '-p=1' };
    execFileSync('/usr/bin/go', ['build', '-o', program, './simulations/vcsim/main.go'], {
      env: environment,
    });
    simulator = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!simulator.stdout) throw new Error('The simulator says nothing');
    const [address] = (await once(createInterface({ input: simulator.stdout }), 'line')) as [string];
    port = Number(address.split(':')[1]);
    certificateSha256 = await fingerprintOf(port);
  }, 180_000);
  afterAll(async () => {
    if (simulator) {
      const ended = once(simulator, 'exit');
      simulator.stdin?.end();
      await ended;
    }
    if (folder) await rm(folder, { recursive: true, force: true });
  });

  async function verify(more: Record<string, string> = {}) {
    const provider = createVsphere({ allowedHosts: readHostRules(`127.0.0.1/32:${port}`).rules });
    const values = {
      host: '127.0.0.1',
      port: String(port),
      username: 'xoap',
      password: 'fake-password',
      certificateSha256,
      datacenter: 'DC0',
      cluster: 'DC0_C0',
      datastore: 'LocalDS_0',
      network: 'VM Network',
      ...more,
    };
    const parsed = provider.parse(values);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    return runVerification({ provider, ...parsed, profileOptions: [] });
  }

  it('signs in, finds every object by its path, reads privileges, and signs out', async () => {
    const { findings, verdict, identity, calls, choices, notes } = await verify();

    expect(verdict).toBe('ready');
    expect(identity?.name).toBe('xoap');
    expect(calls).toBe(7);
    expect(
      new Set(findings.flatMap(({ state, scope }) => (state === 'granted' && scope ? [scope] : []))),
    ).toEqual(
      new Set([
        '/DC0/vm',
        '/DC0',
        '/DC0/host/DC0_C0',
        '/DC0/host/DC0_C0/*',
        '/DC0/host/DC0_C0/Resources',
        '/DC0/datastore/LocalDS_0',
        '/DC0/network/VM Network',
      ]),
    );
    expect(choices?.cluster).toContain('/DC0/host/DC0_C0');
    expect(notes.join()).toContain('gave no list of its privileges');
  });

  it('says of what is not there that it is not there', async () => {
    const { verdict, findings } = await verify({ datastore: 'nowhere' });

    expect(verdict).toBe('missing');
    expect(findings.find(({ requirement }) => requirement === 'Datastore.Browse')?.scope).toBe('nowhere');
  });

  it('is refused with a wrong password as by a real one', async () => {
    const { error } = await verify({ password: 'wrong' });

    expect(error?.message).toContain('does not accept this user and password');
  });
});
