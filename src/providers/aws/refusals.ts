import type { Answer } from '../provider.ts';
import type { Layer } from './words.ts';

/** The endpoint stands first: its third form names the service control policy behind it. */
const layers: readonly [RegExp, Layer][] = [
  [/VPC endpoint polic/i, 'endpoint-policy'],
  [/service control polic/i, 'service-control-policy'],
  [/resource control polic/i, 'resource-control-policy'],
  [/permissions boundar/i, 'permissions-boundary'],
  [/sessions? polic/i, 'session-policy'],
  [/role trust polic/i, 'trust-policy'],
  [/resource-based polic/i, 'resource-policy'],
  [/identity-based polic/i, 'identity-policy'],
];

/** Where AWS begins to say why; the text before it names who asked for what. */
const reasonStart = /\b(with an explicit deny|because (?:no|of|an?|the)) /i;

/**
 * The ARN of a policy behind the reason, whatever follows it. AWS is adding it, service by service, for explicit
 * denials of the same account or organisation:
 * https://aws.amazon.com/blogs/security/enhanced-access-denied-error-messages-with-policy-arns/
 */
const policyArn =
  /\barn:aws[\w-]*:(?:iam|organizations)::(?:\d{12}|aws):(?:policy|user|role|group)\/[\w+=,.@/-]*\w/;

/** What a refusal of AWS says. */
export type Refusal = {
  /** Why, in a text of bearable length. */
  readonly text: string;
  readonly layer?: Layer;
  readonly denial?: NonNullable<Answer['denial']>;
  /** The ARN of the policy that denies. */
  readonly policy?: string;
};

/** A refusal's text without what only administrators could decode. */
function readable(message: string): string {
  return message
    .replace(/\s*Encoded authorization failure message:\s*\S*/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

const mostCharacters = 300;
const mostOfReason = 220;

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** A text of bearable length; what is left out is the middle, for AWS puts the reason last. */
export function trimMessage(text: string): string {
  if (text.length <= mostCharacters) return text;
  const at = reasonStart.exec(text)?.index;
  if (at === undefined) return cut(text, mostCharacters);
  const reason = cut(text.slice(at), mostOfReason);
  return `${cut(text.slice(0, at).trimEnd(), mostCharacters - 1 - reason.length)} ${reason}`;
}

/** Reads the layer, the kind of denial and the policy off a refusal, as far as it names them. */
export function readRefusal(message: string): Refusal {
  const whole = readable(message);
  const at = reasonStart.exec(whole)?.index;
  // Names of users and resources stand before the reason, and may sound like one.
  const reason = at === undefined ? whole : whole.slice(at);
  const layer = layers.find(([pattern]) => pattern.test(reason))?.[1];
  const denial = denialIn(reason);
  const policy = at === undefined ? undefined : policyArn.exec(reason)?.[0];
  return {
    text: trimMessage(whole),
    ...(layer && { layer }),
    ...(denial && { denial }),
    ...(policy && { policy }),
  };
}

function denialIn(reason: string): Refusal['denial'] {
  if (/explicit deny/i.test(reason)) return 'explicit';
  return /because no .* allows/i.test(reason) ? 'implicit' : undefined;
}

/** AWS attaches such a policy to the user of a key that it has found in public. */
export const isQuarantine = (policy: string | undefined) =>
  policy?.includes('AWSCompromisedKeyQuarantine') ?? false;
