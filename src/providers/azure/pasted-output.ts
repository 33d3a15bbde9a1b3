import type { FieldValues } from '../credential-form.ts';

const guid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}';
const quote = '["\u201C\u201D\u201E]';
const namedValue = (...names: string[]) =>
  new RegExp(`${quote}(?:${names.join('|')})${quote}\\s*:\\s*${quote}([^"\u201C\u201D]+)${quote}`);

/**
 * Where each field stands in what `az ad sp create-for-rbac` prints, with `--json-auth` and without; the subscription
 * also in the command itself.
 * https://learn.microsoft.com/en-us/cli/azure/ad/sp#az-ad-sp-create-for-rbac
 */
const places: readonly (readonly [field: string, place: RegExp])[] = [
  ['subscriptionId', namedValue('subscriptionId')],
  ['subscriptionId', new RegExp(`/subscriptions/(${guid})`)],
  ['tenantId', namedValue('tenant', 'tenantId')],
  ['clientId', namedValue('appId', 'clientId')],
  ['clientSecret', namedValue('password', 'clientSecret')],
];

/** Whose endpoints stand in an output of `--json-auth`. */
const endpoints = [
  ['usgovcloudapi.net', 'us-government'],
  ['chinacloudapi.cn', 'china'],
] as const;

const isOutput = (value: unknown): value is string =>
  typeof value === 'string' && value.includes('{') && namedValue('appId', 'clientId').test(value);

/** The command's output in a file, as if it had been pasted; undefined where the fields have our own names. */
export function readWhole(file: FieldValues): FieldValues | undefined {
  const isOwn = 'appId' in file || 'activeDirectoryEndpointUrl' in file;
  return isOwn ? { entry: 'output', output: JSON.stringify(file) } : undefined;
}

/** Spreads the command's output, pasted into whichever field, over the fields; leaves all else as it is. */
export function spreadOutput(values: FieldValues): FieldValues {
  const pasted = Object.values(values).find(isOutput);
  if (pasted === undefined) return values;
  const kept = Object.entries(values).filter(([, value]) => !isOutput(value));
  const found = places.flatMap(([field, place]) => {
    const value = place.exec(pasted)?.[1];
    return value === undefined ? [] : [[field, value] as const];
  });
  const typed = Object.fromEntries(kept);
  const cloud = endpoints.find(([host]) => pasted.includes(host))?.[1];
  return {
    ...typed,
    // The first place of a field that holds something counts.
    ...Object.fromEntries(found.reverse()),
    ...(cloud && { cloud }),
    // The command names the subscription of its role, which need not be the one that was typed.
    ...(typed.subscriptionId ? { subscriptionId: typed.subscriptionId } : {}),
  };
}
