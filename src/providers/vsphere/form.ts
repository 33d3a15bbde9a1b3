import { z } from 'zod';
import { type FieldDeclaration, optionalPastedText, pastedPattern, pastedText } from '../credential-form.ts';
import { readHost } from './allowed-hosts.ts';
import { canonicalFingerprint } from './dial.ts';

const host = pastedText('Enter the host name or address of the vCenter.').transform((text, context) => {
  const read = readHost(text);
  if (read) return read.name;
  context.addIssue(
    'Enter the host name or address alone, such as vcenter.example.com: no https://, no user, no path; the port has its own field.',
  );
  return z.NEVER;
});

const port = optionalPastedText()
  .transform((text) => text ?? '443')
  .refine((text) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535, {
    error: 'A port is a number from 1 to 65535; a vCenter usually has 443.',
  });

const certificate = optionalPastedText().transform((text, context) => {
  if (text === undefined) return undefined;
  const read = canonicalFingerprint(text);
  if (read) return read;
  context.addIssue('A SHA-256 has 64 hexadecimal digits, in pairs with colons between them or without.');
  return z.NEVER;
});

/** What a person is asked for: where the vCenter is, who signs in, and the objects that builds use. */
export const declaredFields = {
  host: {
    schema: host,
    label: 'Host of the vCenter',
    kind: 'text',
    placeholder: 'vcenter.example.com',
    hint: 'A name or an address that the operator of this bot allows.',
    maxLength: 253,
  },
  port: {
    schema: port,
    label: 'Port',
    kind: 'text',
    optional: true,
    preset: '443',
    maxLength: 5,
    pattern: pastedPattern('\\d{1,5}', 'A port is a number, such as 443.'),
  },
  username: {
    schema: pastedText('Enter the user, such as xoap@vsphere.local.'),
    label: 'User',
    kind: 'text',
    placeholder: 'xoap@vsphere.local',
    maxLength: 256,
  },
  password: {
    // A password may begin and end with blanks.
    schema: z.string({ error: 'Enter the password.' }).min(1, 'Enter the password.'),
    label: 'Password',
    kind: 'secret',
    hint: 'Tried once a verification, since vCenters lock accounts.',
    maxLength: 512,
  },
  certificateSha256: {
    schema: certificate,
    label: 'Confirmed certificate (SHA-256)',
    kind: 'text',
    editable: true,
    optional: true,
    hint: 'Only where no known authority signed it. Leave empty first: the answer shows it, to be compared and entered here.',
    maxLength: 200,
  },
  datacenter: {
    schema: optionalPastedText(),
    label: 'Datacenter',
    kind: 'text',
    editable: true,
    optionalInForm: true,
    hint: 'This and the next may stay empty: after the sign-in they can be chosen from what the account sees. Otherwise a name, or a path such as /Datacenter/vm/Templates.',
    maxLength: 500,
  },
  cluster: {
    schema: optionalPastedText(),
    label: 'Cluster or host',
    kind: 'text',
    editable: true,
    optional: true,
    hint: 'May stay empty where there is only one.',
    maxLength: 500,
  },
  resourcePool: {
    schema: optionalPastedText(),
    label: 'Resource pool',
    kind: 'text',
    editable: true,
    optional: true,
    hint: 'The cluster’s own pool unless given.',
    maxLength: 500,
  },
  folder: {
    schema: optionalPastedText(),
    label: 'VM folder',
    kind: 'text',
    editable: true,
    optional: true,
    hint: 'The datacenter’s own folder unless given.',
    maxLength: 500,
  },
  datastore: {
    schema: optionalPastedText(),
    label: 'Datastore',
    kind: 'text',
    editable: true,
    optionalInForm: true,
    maxLength: 500,
  },
  network: {
    schema: optionalPastedText(),
    label: 'Network',
    kind: 'text',
    editable: true,
    optionalInForm: true,
    hint: 'A network or a port group.',
    maxLength: 500,
  },
  contentLibrary: {
    schema: optionalPastedText(),
    label: 'Content library',
    kind: 'text',
    editable: true,
    optional: true,
    hint: 'Only with the option Content library.',
    maxLength: 500,
  },
} satisfies Readonly<Record<string, FieldDeclaration>>;
