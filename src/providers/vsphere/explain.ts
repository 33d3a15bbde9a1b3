import {
  isCutOff,
  type LogText,
  matchesOf,
  readSigns,
  type Sign,
  spaced,
  span,
  type Told,
  toldByStep,
  unlessNear,
} from '../told.ts';

// Reads what vCenter, govmomi, govc and PowerCLI say in a log. The fault behind a refusal names the privilege and the
// object; most tools print its sentence alone:
// https://developer.broadcom.com/xapis/vsphere-web-services-api/latest/vim.fault.NoPermission.html

const privilege = String.raw`([A-Z][A-Za-z]{1,40}(?:\.[A-Za-z]{1,60}){1,3})`;
const inSentence = spaced(
  `[Rr]equired privilege '?${privilege}'? on managed object with id '?(?:[A-Za-z]{1,40}-)?([a-z]{1,30}-[\\w-]{1,40})'?`,
);
const onObject = spaced(`${privilege} privilege required for [\\w.]{1,80}`);
const inFault =
  /privilegeId(?:>|"?\s{0,3}[:=]\s{0,3}"?)([A-Z][A-Za-z]{1,40}(?:\.[A-Za-z]{1,60}){1,3})(?![.\w])/g;
const objectNear =
  /<object[^>]{0,120}>([a-z]{1,30}-[\w-]{1,40})<|"object":\s{0,3}\{[^}]{0,200}"value":\s{0,3}"([a-z]{1,30}-[\w-]{1,40})"/;
const bare = spaced(
  String.raw`Permission to perform this operation was denied|NoPermission(?:Fault)?\b|com\.vmware\.vapi\.std\.errors\.unauthorized\b|You do not have permissions to perform this operation`,
  'i',
);

const signs: readonly Sign[] = [
  {
    pattern: spaced(
      String.raw`InvalidLogin|incorrect user name or password|com\.vmware\.vapi\.std\.errors\.unauthenticated|NotAuthenticated|The session is not authenticated|PasswordExpired`,
    ),
    kind: 'credential',
    text: 'vCenter does not take the sign-in: the user name or the password is wrong or expired, or the session has ended. It locks accounts after a few wrong passwords.',
  },
  {
    pattern: /\/sdk"?: [^\n]{0,120}(?:x509: certificate|certificate verify failed)/g,
    kind: 'not-permission',
    text: 'The build machine does not trust the certificate of the vCenter. It is no permission: give it the CA, or the right host name.',
  },
  {
    pattern: spaced(
      String.raw`InsufficientResourcesFault|InvalidDatastorePath|FileAlreadyExists|The name '[^'\n]{1,200}' already exists|NoDiskSpace`,
    ),
    kind: 'not-permission',
    text: 'vCenter took the request and refused what it asks for: something named in it is there already, does not fit, or has no room.',
  },
  {
    pattern: spaced(
      String.raw`(?:datacenter|datastore|folder|network|host|resource pool|cluster) '[^'\n]{1,200}' not found`,
    ),
    kind: 'unknown',
    text: 'vCenter does not find something that is named. It is not there, or the account may not see it: what an account may not see is not found either.',
  },
];

function refusal(text: string, match: RegExpExecArray, place?: string): Told {
  const { at, end } = span(match);
  const [, id = '', own] = match;
  const resource = place ?? own;
  // A name at the very end may go on.
  if (isCutOff(text, end))
    return {
      kind: 'permission',
      requirements: [],
      text: 'The account lacks a privilege, and the text ends within its name or the object.',
      layer: 'object-permission',
      at,
      end,
    };
  return {
    kind: 'permission',
    requirements: [id],
    text: `The account lacks the privilege ${id}${resource ? ` on ${resource}` : ''}.`,
    resource,
    scope: resource,
    layer: 'object-permission',
    at,
    end,
  };
}

function readNamed(text: string): Told[] {
  const inFaults = matchesOf(text, inFault).map((match) => {
    const { at, end } = span(match);
    const [, tag, json] = objectNear.exec(text.slice(Math.max(0, at - 400), end + 400)) ?? [];
    return refusal(text, match, tag ?? json);
  });
  const inWords = [...matchesOf(text, inSentence), ...matchesOf(text, onObject)];
  return [...inWords.map((match) => refusal(text, match)), ...inFaults];
}

function readBare({ text, stepAt }: LogText, told: readonly Told[]): Told[] {
  const all = matchesOf(text, bare).map(
    (match): Told => ({
      kind: 'permission',
      ...toldByStep(stepAt(match.index), 'vCenter'),
      layer: 'object-permission',
      ...span(match),
    }),
  );
  return unlessNear(all, told, 600);
}

/** What a log says of vSphere, in no order. */
export function explain(log: LogText): Told[] {
  const named = readNamed(log.text);
  return [...named, ...readBare(log, named), ...readSigns(log.text, signs)];
}
