import type { Remediation } from '../../verification/verification.ts';
import {
  isCutOff,
  type LogText,
  matchesOf,
  readSigns,
  spaced,
  span,
  type Told,
  toldByStep,
  unlessNear,
} from '../told.ts';
import { grainOf } from './actions.ts';
import { identityIn, onOne, placeOf } from './arns.ts';
import { readDecoded } from './decoded.ts';
import { encodedIn, encodedOption } from './encoded.ts';
import { signs } from './explain-signs.ts';
import { readRefusal } from './refusals.ts';

// Reads what AWS, its SDKs and its command line say in a log. The forms of refusals:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html

const named = spaced(
  String.raw`(?:User: (\S{1,600}) )?(?:is )?not authorized to perform: ([a-z0-9-]{1,60}:[A-Za-z0-9]{1,128})(?: on (?:the )?resource: ((?:(?:role|user|group|policy|instance profile|server certificate) )?(?:"[^"\n]{1,600}"|\S{1,1200})))?`,
);
/** A refusal that names no action. */
const unnamed = spaced(
  String.raw`\b(UnauthorizedOperation|(?<=[(>\"']|\berror |[Cc]ode: )AccessDenied(?:Exception)?|AccessDenied(?:Exception)?(?=: )|You are not authorized to perform this operation)\b`,
);
const operations: readonly RegExp[] = [
  spaced('when calling the ([A-Za-z0-9]{1,80}) operation'),
  spaced('operation error ([A-Za-z0-9 ]{1,60}): ([A-Za-z0-9]{1,80})'),
];

/** What services are called in policies, by the names that the SDKs print. */
const services: Readonly<Record<string, string>> = {
  ec2: 'ec2',
  iam: 'iam',
  kms: 'kms',
  s3: 's3',
  ssm: 'ssm',
  sts: 'sts',
  'secrets manager': 'secretsmanager',
};

/** Operations whose action has another name: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const otherwiseNamed: Readonly<Record<string, string>> = {
  's3:ListObjectsV2': 's3:ListBucket',
  's3:ListObjects': 's3:ListBucket',
  's3:HeadObject': 's3:GetObject',
  's3:HeadBucket': 's3:ListBucket',
  's3:CreateMultipartUpload': 's3:PutObject',
  's3:UploadPart': 's3:PutObject',
  's3:CompleteMultipartUpload': 's3:PutObject',
};

/** A resource without what the text has around it; IAM writes what kind it is before its ARN. */
const withoutMark = (text: string) =>
  text
    .replace(/^[a-z ]{4,20} (?="?arn:)/, '')
    .replace(/^["'`]+/, '')
    .replace(/[.,;:)\]}>'"`\\]+$/, '');

/** Where another refusal begins. */
const nextMessage =
  /\b(?:UnauthorizedOperation|AccessDenied(?:Exception)?|operation error [A-Z])|\bUser: arn:/g;

/** How far behind a refusal its reason and its encoded part may stand. */
const behind = 900;
const encodedBehind = 9_000;

/** What stands behind a match, up to the next refusal. */
function reasonBehind(text: string, from: number, before: number | undefined): string {
  const end = Math.min(from + behind, before ?? text.length);
  const slice = text.slice(from, end);
  // The next message of another line is none of this one.
  const next = slice.search(/\n\s*\n|\bUser:\s/);
  return next < 0 ? slice : slice.slice(0, next);
}

/** Where the next refusal begins behind a place: what stands there is of another message. */
function nextRefusal(text: string, from: number): number {
  nextMessage.lastIndex = from;
  return nextMessage.exec(text)?.index ?? text.length;
}

/** What decodes the encoded part of a message, where there is one. */
function decoding(text: string, from: number): Remediation[] {
  const message = encodedIn(text.slice(from, Math.min(from + encodedBehind, nextRefusal(text, from))));
  if (message === undefined) return [];
  const command = `aws sts decode-authorization-message --query DecodedMessage --output text \\\n  ${encodedOption} ${message}`;
  return [
    {
      title: 'What AWS says of it in full (needs sts:DecodeAuthorizationMessage in the same account)',
      format: 'shell',
      text: command,
      fixes: [],
      alternative: true,
      isEncoded: true,
    },
  ];
}

const meaning = (action: string) => `AWS refused ${action}.`;

/** A role decides too who may assume it. */
function trusting(action: string, role: string | undefined, identity: Told['identity']): Remediation[] {
  if (!/^sts:(AssumeRole|TagSession)/.test(action)) return [];
  const text = `The role ${role ?? ''} names in its own trust policy who may assume it. Where ${identity?.id ?? 'the caller'} is not there, whoever keeps the role adds it: a policy of the caller alone is not enough, in another account least of all.`;
  return [{ title: 'If it is still refused after that', format: 'text', text, fixes: [], alternative: true }];
}

/** Why, where that is none of the layers: a rule about the request, which no policy of the caller changes. */
const ruleIn = (reason: string, layer: Told['layer']) =>
  layer ? undefined : /^[\s.]{0,3}because (?!no )([^\n.]{1,300})/.exec(reason)?.[1];

const byRule = (action: string, rule: string): Pick<Told, 'kind' | 'requirements' | 'text'> => ({
  kind: 'policy',
  requirements: [],
  text: `AWS refused ${action} because ${rule}. No policy of the caller helps.`,
});

/** Refusals that name their action. */
function readNamed({ text }: LogText): Told[] {
  const matches = matchesOf(text, named);
  return matches.map((match, index): Told => {
    const [whole, who, action = '', on] = match;
    const end = match.index + whole.length;
    const isKnown = !action.startsWith('ec2:') || grainOf(action) !== undefined;
    const isWhole = isKnown && (on !== undefined || !isCutOff(text, end));
    const reason = reasonBehind(text, end, matches[index + 1]?.index);
    const { layer, denial, policy } = readRefusal(`${whole} ${reason}`);
    const identity = identityIn(who);
    const resource = on === undefined || end === text.length ? undefined : withoutMark(on);
    const rule = ruleIn(reason, layer);
    if (rule) return { ...byRule(action, rule), identity, resource, at: match.index, end };
    return {
      kind: 'permission',
      requirements: isWhole ? [action] : [],
      text: isWhole
        ? meaning(action)
        : 'AWS refused a call, and the text ends within the name of its action.',
      identity,
      resource,
      ...(layer && { layer }),
      ...(denial && { denial }),
      ...(policy && { policy }),
      target: placeOf(resource, identity),
      more: [...trusting(action, resource, identity), ...decoding(text, end)],
      onOne: onOne(action, layer),
      at: match.index,
      end,
    };
  });
}

/** The call that was refused: named before its code, or by the command line behind it, on the same line. */
function callAround(text: string, at: number, pattern: RegExp): RegExpExecArray | undefined {
  const line = text.indexOf('\n', at);
  const before = text.slice(Math.max(0, at - 400), at);
  const behindIt = text.slice(at, Math.min(at + 300, line < 0 ? text.length : line));
  return [...before.matchAll(pattern)].at(-1) ?? behindIt.matchAll(pattern).next().value;
}

/** The action of a call, by the service where it is named; one of EC2 has a code of its own. */
function actionOf([, first = '', second]: readonly (string | undefined)[], code: string): string | undefined {
  if (second !== undefined) {
    const service = services[first.trim().toLowerCase()];
    return service && `${service}:${second}`;
  }
  const isOfEc2 = code === 'UnauthorizedOperation' && grainOf(`ec2:${first}`) !== undefined;
  return isOfEc2 ? `ec2:${first}` : undefined;
}

/** The action that a call needs, as far as the text around a refusal says which call it was. */
function actionAround(text: string, at: number, code: string): string | undefined {
  for (const pattern of operations) {
    const match = callAround(text, at, pattern);
    const action = match && actionOf(match, code);
    if (action) return otherwiseNamed[action] ?? action;
  }
  return undefined;
}

/**
 * What a call that makes something may be refused for, besides what it is called: tags that it sets, and the role that
 * it hands over. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html
 */
const making =
  /^ec2:(RunInstances|CreateFleet|RequestSpotInstances|CreateImage|CopyImage|CreateKeyPair|CreateLaunchTemplate|CreateSecurityGroup|CreateSnapshots?|CreateVolume)$/;
const handingOver = /^ec2:(RunInstances|CreateFleet|RequestSpotInstances)$/;

/** A refused call, where the text names the call alone. */
function refusedCall(action: string): Pick<Told, 'requirements' | 'candidates' | 'text'> {
  if (!making.test(action)) return { requirements: [action], text: meaning(action) };
  const candidates = [action, 'ec2:CreateTags', ...(handingOver.test(action) ? ['iam:PassRole'] : [])];
  return {
    requirements: [],
    candidates,
    text: `AWS refused a call of ${action}, and the text does not say for what: it also takes ${candidates.slice(1).join(' and ')} where the build sets tags${candidates.length > 2 ? ' or an instance profile' : ''}.`,
  };
}

/** Refusals that do not: what was called is read off the call, or off the step of the tool. */
function readUnnamed({ text, stepAt }: LogText, told: readonly Told[]): Told[] {
  const all = matchesOf(text, unnamed).map((match): Told => {
    const { at, end } = span(match);
    const code = match[0].startsWith('You') ? 'UnauthorizedOperation' : match[0];
    const step = stepAt(at);
    const [only, ...more] = step?.requirements ?? [];
    const action = actionAround(text, at, code) ?? (more.length === 0 ? only : undefined);
    const { layer, denial, policy } = readRefusal(reasonBehind(text, end, nextRefusal(text, end)));
    return {
      kind: 'permission',
      ...(action ? refusedCall(action) : toldByStep(step, 'AWS')),
      ...(layer && { layer }),
      ...(denial && { denial }),
      ...(policy && { policy }),
      ...(action && { onOne: onOne(action, layer) }),
      more: decoding(text, end),
      at,
      end,
    };
  });
  // A message that names its action goes on behind its code.
  return unlessNear(all, told, 400);
}

/** What a log says of AWS, in no order. */
export function explain(log: LogText): Told[] {
  const refusals = [...readNamed(log), ...readDecoded(log.text)];
  return [...refusals, ...readUnnamed(log, refusals), ...readSigns(log.text, signs)];
}
