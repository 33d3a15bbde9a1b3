import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { generate } from 'selfsigned';

export type LoopbackCertificate = {
  readonly key: string;
  readonly cert: string;
  /** The certificate in a file, for NODE_EXTRA_CA_CERTS of another process. */
  readonly file: string;
};

let made: Promise<LoopbackCertificate> | undefined;

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
  const file = join(await mkdtemp(join(tmpdir(), 'xoap-tls-')), 'loopback.pem');
  await writeFile(file, cert);
  return { key, cert, file };
}

/** A certificate for servers on loopback, made once a process, for a day. */
export function loopbackCertificate(): Promise<LoopbackCertificate> {
  made ??= make();
  return made;
}

/** Makes this process trust the certificate, as NODE_EXTRA_CA_CERTS does for a new one. */
export async function trustLoopback(): Promise<void> {
  const { cert } = await loopbackCertificate();
  tls.setDefaultCACertificates([...new Set([...tls.getCACertificates('default'), cert])]);
}
