import type { z } from 'zod';
import { late, within } from '../../deadline.ts';
import { isAppError } from '../../errors.ts';
import {
  type FieldProblems,
  type FieldValues,
  fieldProblems,
  inOurWords,
  onlyTexts,
  type ParsedCredential,
  schemaOf,
} from '../credential-form.ts';
import { judgeHost, readHost } from './allowed-hosts.ts';
import { resolvePlace } from './dial.ts';
import { declaredFields } from './form.ts';
import type { VsphereSettings } from './settings.ts';

/** The fields as they are entered, and as they stand sealed in the store. */
export const VsphereCredential = schemaOf(declaredFields);
export type VsphereCredential = z.infer<typeof VsphereCredential>;

/** Where a credential leads, as it is shown. */
export function targetOf({ host: name, port: number, datacenter }: VsphereCredential) {
  return { vcenter: number === '443' ? name : `${name}:${number}`, ...(datacenter && { datacenter }) };
}

/** What a build cannot do without; all else has one that is meant unless another is named. */
const neededObjects: FieldProblems = {
  datacenter: 'Enter the datacenter, by its name or inventory path.',
  datastore: 'Enter the datastore, by its name or inventory path.',
  network: 'Enter the network or port group, by its name or inventory path.',
};

const isEmpty = (value: unknown) => typeof value !== 'string' || value.trim() === '';

const library = 'content-library';

function libraryProblems({ contentLibrary }: VsphereCredential, options: readonly string[]): FieldProblems {
  if (contentLibrary && !options.includes(library)) {
    return {
      contentLibrary:
        'A content library counts with the option Content library only. Choose it, or leave this empty.',
    };
  }
  return {};
}

const empty =
  'No vCenter may be called yet: XOAP_VSPHERE_ALLOWED_HOSTS is empty. The operator puts the allowed ones there.';

/** Whether the operator's list speaks against a host, as far as that can be told without looking it up. */
function hostProblems(entered: VsphereCredential, { allowedHosts }: VsphereSettings): FieldProblems {
  const read = readHost(entered.host);
  if (allowedHosts.length === 0) return { host: empty };
  if (read && judgeHost(allowedHosts, { host: read, port: Number(entered.port) }) !== 'refused') return {};
  return {
    host: `${entered.host} may not be called on port ${entered.port}. The operator puts what may be called into XOAP_VSPHERE_ALLOWED_HOSTS.`,
  };
}

export type ParseContext = {
  readonly profileOptions: readonly string[];
  readonly settings: VsphereSettings;
  /** Objects may be absent: the account's own view of the inventory is still to come. */
  readonly toBeChosen: boolean;
};

/** Accepts or refuses what was entered, by its form and by the operator's list of hosts. */
export function parse(values: FieldValues, context: ParseContext): ParsedCredential {
  const parsed = VsphereCredential.safeParse(values, inOurWords);
  const absent = Object.entries(neededObjects).filter(([id]) => !context.toBeChosen && isEmpty(values[id]));
  const problems: FieldProblems = {
    ...Object.fromEntries(absent),
    ...(parsed.success
      ? {
          ...hostProblems(parsed.data, context.settings),
          ...libraryProblems(parsed.data, context.profileOptions),
        }
      : fieldProblems(parsed.error)),
  };
  if (!parsed.success || Object.keys(problems).length > 0) return { ok: false, problems };
  return { ok: true, credential: onlyTexts(parsed.data), target: targetOf(parsed.data) };
}

/** Milliseconds that looking a name up may take while a person waits. */
const lookupMs = 1_000;

/**
 * The same of where the host's name leads; resolves to the sentence beside the field. A name that is not found in time,
 * or not from here, is left to the worker, which looks it up again and dials what it found.
 */
export async function hostProblem(
  credential: Readonly<Record<string, string>>,
  { allowedHosts }: VsphereSettings,
): Promise<string | undefined> {
  const read = readHost(credential.host ?? '');
  if (!read) return undefined;
  const asked = resolvePlace(read, Number(credential.port), allowedHosts).then(
    () => undefined,
    (error: unknown) => (isAppError(error, 'provider.host-refused') ? error : undefined),
  );
  const refusal = await within(lookupMs, asked);
  if (refusal === undefined || refusal === late) return undefined;
  return `${refusal.message}. ${refusal.hint ?? ''}`.trim();
}
