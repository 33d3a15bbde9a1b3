import { X509Certificate } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { generate } from 'selfsigned';

export type LoopbackCertificate = {
  readonly key: string;
  readonly cert: string;
  readonly fingerprint: string;
  /** The certificate in a file, for NODE_EXTRA_CA_CERTS of another process. */
  readonly file: string;
};

const made = new Map<string, Promise<LoopbackCertificate>>();

const day = 86_400_000;

/** What is wrong with a certificate on purpose, by its name. */
const faults: Readonly<Record<string, { readonly days?: number; readonly isForAnother?: true }>> = {
  expired: { days: -1 },
  'another name': { isForAnother: true },
};

async function make(name: string): Promise<LoopbackCertificate> {
  const { days = 1, isForAnother } = faults[name] ?? {};
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notBeforeDate: new Date(Date.now() - 2 * day),
    notAfterDate: new Date(Date.now() + days * day),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: isForAnother
          ? [{ type: 2, value: 'vcenter.example.com' }]
          : [
              { type: 2, value: 'localhost' },
              { type: 7, ip: '127.0.0.1' },
            ],
      },
    ],
  });
  const directory = await mkdtemp(join(tmpdir(), 'xoap-tls-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  const file = join(directory, 'loopback.pem');
  await writeFile(file, cert);
  return { key, cert, fingerprint: new X509Certificate(cert).fingerprint256, file };
}

/** A certificate for servers on loopback, made once a process for each name, for a day. */
export function loopbackCertificate(name = 'first'): Promise<LoopbackCertificate> {
  const known = made.get(name) ?? make(name);
  made.set(name, known);
  return known;
}

/** Makes this process trust the certificate, as NODE_EXTRA_CA_CERTS does for a new one. */
export async function trustLoopback(): Promise<void> {
  const { cert } = await loopbackCertificate();
  tls.setDefaultCACertificates([...new Set([...tls.getCACertificates('default'), cert])]);
}
