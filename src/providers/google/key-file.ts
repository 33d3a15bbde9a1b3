import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';

/** The only four fields of a key file that are ever used. */
export type ServiceAccountKey = {
  readonly clientEmail: string;
  readonly privateKey: string;
  readonly privateKeyId: string;
  readonly projectId: string;
};

export type ReadKeyFile = { readonly key: ServiceAccountKey } | { readonly problem: string };

/** Characters; real key files have about 2,400. */
const mostCharacters = 16_000;

/** Bits; a larger key would keep the process busy for minutes with one signature. */
const keySizes = { least: 2_048, most: 4_096 };

const howToMake =
  'Make one in the console: IAM & Admin, Service Accounts, ⋮, Manage keys, Add key, Create new key, JSON.';

/** What other files for signing in to Google call themselves, and why they are not taken. */
const otherTypes: Readonly<Record<string, string>> = {
  authorized_user: 'This is a person’s own sign-in, as gcloud keeps it, and not a service account key.',
  external_account:
    'This is a workload identity federation file. It names addresses and files to read, so it is not taken; a service account key is needed.',
  external_account_authorized_user:
    'This is a workforce identity federation file, and not a service account key.',
  impersonated_service_account:
    'This file impersonates a service account through another credential. The service account’s own key is needed.',
  gdch_service_account: 'This key is for Google Distributed Cloud, and not for Google Cloud.',
};

const File = z.record(z.string(), z.unknown());
const Fields = z.object({
  client_email: z.string().regex(/^[\w.-]+@[\w.-]+\.gserviceaccount\.com$/),
  private_key: z.string(),
  private_key_id: z.string().regex(/^[0-9a-fA-F]{8,64}$/),
  project_id: z.string().regex(/^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/),
});

/** Escapes line ends that stand inside of texts; what stands outside is left. */
function withLineEndsEscaped(text: string): string {
  let isInside = false;
  let isEscaped = false;
  let result = '';
  for (const sign of text) {
    if (sign === '"' && !isEscaped) isInside = !isInside;
    isEscaped = sign === '\\' && !isEscaped;
    if (isInside && sign === '\n') result += '\\n';
    else if (!isInside || sign !== '\r') result += sign;
  }
  return result;
}

/** Parses JSON that came through a chat: with typographic quotes, and with line ends inside of texts. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const straight = text.replace(/[\u201C\u201D\u201E\u201F\u2033]/g, '"').replaceAll('\u00A0', ' ');
    return JSON.parse(withLineEndsEscaped(straight));
  }
}

/** The PEM with its own line ends, whatever became of them on the way; undefined where it is no private key. */
function readPrivateKey(text: string): string | undefined {
  const body = /-----BEGIN (?:RSA )?PRIVATE KEY-----([\s\S]+?)-----END (?:RSA )?PRIVATE KEY-----/.exec(
    text,
  )?.[1];
  const kind = text.includes('BEGIN RSA') ? 'RSA PRIVATE KEY' : 'PRIVATE KEY';
  const lines = body?.replace(/\\n|\\r|\s/g, '').match(/.{1,64}/g);
  if (!lines) return undefined;
  const pem = `-----BEGIN ${kind}-----\n${lines.join('\n')}\n-----END ${kind}-----\n`;
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    const bits = asymmetricKeyDetails?.modulusLength ?? 0;
    const isUsable = asymmetricKeyType === 'rsa' && bits >= keySizes.least && bits <= keySizes.most;
    return isUsable ? pem : undefined;
  } catch {
    return undefined;
  }
}

function typeProblem({ type, ...file }: Record<string, unknown>): string | undefined {
  if ('installed' in file || 'web' in file)
    return `This is an OAuth client, and not a service account key. ${howToMake}`;
  if (type === undefined) return `The file has no "type", so it is no service account key. ${howToMake}`;
  if (type === 'service_account') return undefined;
  const known = typeof type === 'string' && Object.hasOwn(otherTypes, type) ? otherTypes[type] : undefined;
  return `${known ?? 'This is not a service account key: its "type" is another.'} ${howToMake}`;
}

const fieldProblems: Readonly<Record<string, string>> = {
  client_email: 'In this key file "client_email" is not the address of a service account.',
  private_key: 'In this key file "private_key" is missing.',
  private_key_id: 'In this key file "private_key_id" is missing or damaged.',
  project_id: 'In this key file "project_id" is missing or damaged.',
};

/**
 * Reads a key file that somebody uploaded or pasted. The file is hostile: nothing of it is used but four fields, each
 * held against its shape, and the addresses in it are never called.
 * https://cloud.google.com/docs/authentication/external/externally-sourced-credentials
 */
export function readKeyFile(given: string): ReadKeyFile {
  if (given.length > mostCharacters) {
    return {
      problem: `A key file has about 2,400 characters; this has ${given.length.toLocaleString('en-US')}, so it is another file.`,
    };
  }
  const text = given.replaceAll('\u200B', '').trim();
  if (text === '') return { problem: 'Upload the key file of the service account, or paste its text.' };
  if (text.startsWith('<')) return { problem: `This is a web page, and not a key file. ${howToMake}` };
  let file: Record<string, unknown>;
  try {
    file = File.parse(parseJson(text));
  } catch {
    return { problem: `This is not JSON as a key file has it: it was cut off or changed. ${howToMake}` };
  }
  const wrongType = typeProblem(file);
  if (wrongType) return { problem: wrongType };
  const universe = file.universe_domain ?? 'googleapis.com';
  if (universe !== 'googleapis.com')
    return { problem: 'This key is for another universe than googleapis.com, which XOAP does not build in.' };
  const fields = Fields.safeParse(file);
  if (!fields.success) {
    const name = String(fields.error.issues[0]?.path[0]);
    return { problem: `${fieldProblems[name]} Upload the file as it was downloaded.` };
  }
  const privateKey = readPrivateKey(fields.data.private_key);
  if (!privateKey)
    return {
      problem:
        'In this key file "private_key" is no key that can be read. Upload the file as it was downloaded.',
    };
  const { client_email: clientEmail, private_key_id: privateKeyId, project_id: projectId } = fields.data;
  return { key: { clientEmail, privateKey, privateKeyId, projectId } };
}

/** The text of a key file that `readKeyFile` reads these fields from. */
export const keyFileWith = ({
  clientEmail: client_email,
  privateKey: private_key,
  privateKeyId: private_key_id,
  projectId: project_id,
}: Readonly<Record<string, string | undefined>>): string =>
  JSON.stringify({ type: 'service_account', client_email, private_key, private_key_id, project_id });
