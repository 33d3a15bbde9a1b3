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

async function make(): Promise<LoopbackCertificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keyType: 'ec',
    notAfterDate: new Date(Date.now() + 86_400_000),
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
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
  const known = made.get(name) ?? make();
  made.set(name, known);
  return known;
}

/** Makes this process trust the certificate, as NODE_EXTRA_CA_CERTS does for a new one. */
export async function trustLoopback(): Promise<void> {
  const { cert } = await loopbackCertificate();
  tls.setDefaultCACertificates([...new Set([...tls.getCACertificates('default'), cert])]);
}
