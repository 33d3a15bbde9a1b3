import { sayExamples } from '../credential-files.ts';
import { interrupted } from '../interrupted.ts';
import { startVsphereCloud } from './cloud.ts';
import { demoVcenter, knownPrivileges, vsphereCredential } from './demo-accounts.ts';

/** `npm run cloud:vsphere`: keeps the simulated vCenter up and prints how to verify against it. */
const cloud = await startVsphereCloud(demoVcenter(knownPrivileges));
const { port, fingerprint: certificateSha256 } = cloud;
const scenarios: readonly (readonly [name: string, user: string, more: Record<string, string>])[] = [
  ['the full role', 'full', {}],
  ['a role that a group gives', 'ingroup', {}],
  ['five privileges missing on two objects', 'partial', {}],
  ['no role on the datastore', 'nodatastore', {}],
  ['a wrong password', 'full', { password: 'wrong' }],
  ['an expired password', 'expired', {}],
  ['a certificate of no known authority', 'full', { certificateSha256: '' }],
];
console.log(`The local vCenter listens on 127.0.0.1:${port}. In another terminal, let it be called:\n`);
console.log(`export XOAP_VSPHERE_ALLOWED_HOSTS=127.0.0.1/32:${port}\n\nand verify one of its users:\n`);
await sayExamples(
  'vsphere',
  scenarios.map(([name, user, more]) => ({
    name,
    input: vsphereCredential(user, port, { certificateSha256, ...more }),
  })),
);
await interrupted();
await cloud.close();
